"""What the certificates are called that Chinese rules ask of installers, by the codes of the packs."""

from __future__ import annotations

# Special-operation certificates (work safety authorities) and the gas appliance qualification.
CERTIFICATE_NAMES = {
    "CERT-LV": "低压电工证",
    "CERT-HV": "高压电工证",
    "CERT-HIGH": "高处作业证",
    "CERT-REFRIG": "制冷与空调作业证",
    "CERT-GAS": "燃气具安装维修资格证",
}


def certificate_name(code: str) -> str:
    """Return what a certificate is called; a code of the company's own is its own name."""
    return CERTIFICATE_NAMES.get(code, code)
