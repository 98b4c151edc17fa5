"""What only the system's package manager brings: libraries for PDF, a browser for tests."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

from common.machine.progress import step
from common.machine.sentences import say

# Library -> Debian package. Without libharfbuzz-subset a PDF takes some twenty times the CPU.
PDF_LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
FONTS = Path("/usr/share/fonts")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def ensure_pdf_libraries() -> bool:
    """Make sure of the libraries for PDF; without the rights to, print the one command and go on."""
    if sys.platform != "linux":
        if shutil.which("pango-view") is None:
            say(
                "For PDFs install Pango (for example `brew install pango`).",
                "生成 PDF 需要安装 Pango。",
            )
        return False
    packages = missing_pdf_packages()
    if not packages:
        return True
    with step("libraries for PDF", "PDF 所需的系统库"):
        done = install_packages(packages)
    if not done:
        command = "sudo apt-get install -y " + " ".join(packages)
        say(f"! For PDFs type: {command}", f"! 生成 PDF 请执行：{command}")
    return done


def missing_pdf_packages() -> tuple[str, ...]:
    """Debian packages of the libraries that cannot be loaded."""
    return tuple(name for library, name in PDF_LIBRARIES.items() if not _loads(library))


def find_browser() -> str | None:
    """Path of a Chromium, installed now when it may be; None when there is none."""
    found = _browser_on_path()
    if found is None:
        with step("Chromium for browser tests", "浏览器测试所需的 Chromium"):
            install_packages(("chromium",))
        found = _browser_on_path()
    return found


def ensure_npm() -> bool:
    """Make sure of npm, which brings the oldest browser the phone is for; return whether it is here."""
    if shutil.which("npm") is None:
        with step("npm for tests in Chromium 80", "在 Chromium 80 中测试所需的 npm"):
            install_packages(("npm",))
    return shutil.which("npm") is not None


def ensure_picture_font() -> bool:
    """Make sure a browser here can draw Chinese, regular and bold; return whether it can.

    PDFs bring their own font and readers' machines have one: only pictures taken here need it.
    """
    if not any(FONTS.rglob("NotoSansCJK*")):
        with step("a Chinese font for pictures", "截图所需的中文字体"):
            install_packages(("fonts-noto-cjk",))
    return any(FONTS.rglob("NotoSansCJK*"))


def _browser_on_path() -> str | None:
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def install_packages(packages: tuple[str, ...]) -> bool:
    """Install Debian packages as root or with a password-less sudo; return whether it worked."""
    if shutil.which("apt-get") is None:
        return False
    rights = _rights()
    if rights is None:
        return False
    install = [*rights, "apt-get", "install", "-y", "--no-install-recommends", *packages]
    # The package lists of a fresh machine are empty or old: read them anew after a first failure.
    return _apt(install) or (_apt([*rights, "apt-get", "update"]) and _apt(install))


def _rights() -> list[str] | None:
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive"]
    if os.geteuid() == 0:
        return quiet
    if shutil.which("sudo") is None:
        return None
    allowed = subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True)
    return ["sudo", "-n", *quiet] if allowed.returncode == 0 else None


def _apt(command: list[str]) -> bool:
    told = subprocess.run(command, check=False, capture_output=True, stdin=subprocess.DEVNULL)
    return told.returncode == 0


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
