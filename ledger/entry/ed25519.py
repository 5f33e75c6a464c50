"""The strict half of Ed25519 that OpenSSL leaves out: canonical points, small and mixed order.

Suite INT-1 asks for S < L, A and R canonical and not of small order, and A in the prime-order
subgroup (docs/spec/entry.md, "Signatures"). OpenSSL checks the equation; what it lets through is
refused here, by plain integer arithmetic over public data (so nothing here needs constant time).
The arithmetic is RFC 8032 section 5.1.4, extended coordinates.
"""

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493

_D = -121665 * pow(121666, -1, P) % P
_SQRT_MINUS_1 = pow(2, (P - 1) // 4, P)
_Y_MASK = 2**255 - 1
_ORDER_8_Y = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
# The y of the eight points of small order; each sign of x is a point or a second spelling of one.
_SMALL_ORDER_Y = frozenset({0, 1, P - 1, _ORDER_8_Y, P - _ORDER_8_Y})

# (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z.
_Point = tuple[int, int, int, int]


def is_strict_encoding(encoding: bytes) -> bool:
    """Say whether 32 bytes could be a point spelt canonically and not of small order."""
    y = int.from_bytes(encoding, "little") & _Y_MASK
    # x = 0 with the sign bit set, the other non-canonical spelling, has y of 1 or P - 1.
    return y < P and y not in _SMALL_ORDER_Y


def is_reduced_scalar(encoding: bytes) -> bool:
    """Say whether 32 bytes, little-endian, are a scalar S < L."""
    return int.from_bytes(encoding, "little") < L


def has_prime_order(encoding: bytes) -> bool:
    """Say whether 32 bytes are a point of order L: on the curve, and [L]A the neutral element.

    About 2 ms. It refuses the points of mixed order, to which a dishonest signer could give
    signatures that some verifiers accept and others do not.
    """
    if not is_strict_encoding(encoding):
        return False
    point = _decompress(encoding)
    return point is not None and _is_neutral(_multiply(point, L))


def _decompress(encoding: bytes) -> _Point | None:
    # RFC 8032 section 5.1.3; the caller has refused y >= P and x = 0.
    number = int.from_bytes(encoding, "little")
    y, sign = number & _Y_MASK, number >> 255
    u, v = (y * y - 1) % P, (_D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if (v * x * x + u) % P == 0:
        x = x * _SQRT_MINUS_1 % P
    if (v * x * x - u) % P != 0:
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def _multiply(point: _Point, scalar: int) -> _Point:
    result = point
    for bit in bin(scalar)[3:]:
        result = _double(result)
        if bit == "1":
            result = _add(result, point)
    return result


def _add(p: _Point, q: _Point) -> _Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * _D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _double(p: _Point) -> _Point:
    a, b = p[0] * p[0] % P, p[1] * p[1] % P
    h, c = a + b, 2 * p[2] * p[2] % P
    e, g = h - (p[0] + p[1]) * (p[0] + p[1]) % P, a - b
    f = c + g
    return e * f % P, g * h % P, f * g % P, e * h % P


def _is_neutral(point: _Point) -> bool:
    return point[0] % P == 0 and (point[1] - point[2]) % P == 0
