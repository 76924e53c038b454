"""Reading single bits and Exp-Golomb numbers, as H.264's headers are written (ITU-T H.264, 7.2 and 9.1)."""

from __future__ import annotations


class BitReader:
    """Bits of `data`, from the highest of the first byte on."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = 8 * len(data)

    def read(self, count: int) -> int:
        """The next `count` bits as a number.

        Raises:
            ValueError: There are fewer.
        """
        if count > self._left:
            raise ValueError("a header is cut off")
        self._left -= count
        return self._value >> self._left & (1 << count) - 1

    def ue(self) -> int:
        """An unsigned Exp-Golomb number of at most 32 bits.

        Raises:
            ValueError: It is cut off or longer.
        """
        zeros = 0
        while not self.read(1):
            zeros += 1
            if zeros > 32:
                raise ValueError("a header holds no number where there should be one")
        return (1 << zeros) - 1 + self.read(zeros)

    def se(self) -> int:
        """A signed Exp-Golomb number: 0, 1, -1, 2, -2 and so on."""
        number = self.ue()
        return (number + 1) // 2 if number % 2 else -(number // 2)


def unescape(unit: bytes) -> bytes:
    """A unit's payload without the emulation prevention bytes (H.264, 7.4.1.1)."""
    return unit.replace(b"\0\0\3", b"\0\0")
