"""WeCom's callback envelope: signature, AES and the receiver's id."""

import hashlib
import hmac
import re
import secrets
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from integrations.errors import ForgedMessageError
from integrations.strict_xml import child_text, load_xml

_BLOCK = 32  # PKCS#7 as always, but over 32 bytes although AES blocks have 16
_RANDOM = 16
_LENGTH = 4


class CallbackCrypto:
    """Opens and closes envelopes of one application; `receive_id` is the corpid of a self-built one.

    Raises ValueError when the EncodingAESKey is none.
    """

    def __init__(self, *, token: str, encoding_aes_key: str, receive_id: str) -> None:
        if not re.fullmatch(r"[A-Za-z0-9+/]{43}", encoding_aes_key):
            raise ValueError("an EncodingAESKey has 43 letters and digits")
        self._token = token
        self._receive_id = receive_id
        # The last character usually carries bits that a strict decoder refuses.
        self._key = b64decode(encoding_aes_key + "=", validate=False)

    def verify_url(self, *, signature: str, timestamp: str, nonce: str, echo: str) -> str:
        """The bare text to answer to WeCom's check of our address; raises ForgedMessageError."""
        return self._open(signature, timestamp, nonce, echo).decode("utf-8", "replace")

    def open_message(self, *, signature: str, timestamp: str, nonce: str, body: bytes) -> bytes:
        """The inner XML of a posted envelope; raises ForgedMessageError or BadBodyError."""
        encrypted = child_text(load_xml(body), "Encrypt")
        return self._open(signature, timestamp, nonce, encrypted)

    def close_reply(self, message: str, *, timestamp: str, nonce: str) -> str:
        """The envelope XML around a reply."""
        encrypted = self.encrypt(message.encode())
        signature = self.sign(timestamp, nonce, encrypted)
        return (
            f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{signature}]]></MsgSignature>"
            f"<TimeStamp>{escape(timestamp)}</TimeStamp>"
            f"<Nonce><![CDATA[{nonce.replace(']]>', '')}]]></Nonce></xml>"
        )

    def sign(self, timestamp: str, nonce: str, encrypted: str) -> str:
        """Lower-case hex SHA-1 over the four sorted parts, as the platform prescribes."""
        parts = sorted((self._token, timestamp, nonce, encrypted))
        return hashlib.sha1("".join(parts).encode(), usedforsecurity=False).hexdigest()

    def encrypt(self, message: bytes) -> str:
        """Base64 of random bytes, length, message and receiver id under the application's key."""
        plain = secrets.token_bytes(_RANDOM) + len(message).to_bytes(_LENGTH, "big") + message
        plain += self._receive_id.encode()
        padding = _BLOCK - len(plain) % _BLOCK
        encryptor = self._cipher().encryptor()
        sealed = encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
        return b64encode(sealed).decode()

    def _open(self, signature: str, timestamp: str, nonce: str, encrypted: str) -> bytes:
        expected = self.sign(timestamp, nonce, encrypted)
        if not hmac.compare_digest(expected.encode(), signature.encode()):
            raise ForgedMessageError("signature")
        message, receive_id = self._split(self._decrypt(encrypted))
        if not hmac.compare_digest(receive_id, self._receive_id.encode()):
            raise ForgedMessageError("receive_id")
        return message

    def _decrypt(self, encrypted: str) -> bytes:
        try:
            sealed = b64decode(encrypted, validate=False)
            decryptor = self._cipher().decryptor()
            padded = decryptor.update(sealed) + decryptor.finalize()
        except (Base64Error, ValueError) as error:
            raise ForgedMessageError("ciphertext") from error
        padding = padded[-1] if padded else 0
        if not 1 <= padding <= _BLOCK or padded[-padding:] != bytes([padding]) * padding:
            raise ForgedMessageError("padding")
        return padded[:-padding]

    def _split(self, plain: bytes) -> tuple[bytes, bytes]:
        start = _RANDOM + _LENGTH
        length = int.from_bytes(plain[_RANDOM:start], "big")
        if len(plain) < start + length:
            raise ForgedMessageError("length")
        return plain[start : start + length], plain[start + length :]

    def _cipher(self) -> Cipher[CBC]:
        return Cipher(AES(self._key), CBC(self._key[:16]))
