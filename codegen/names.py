# SPDX-License-Identifier: Apache-2.0
"""How the names of AWS models become C++ names. One place, tested by test_names.py."""
import re

# Where a word starts: aB | 3Bc (but not CRC32C) | ABc (but not the plural ARNs).
_WORD_START = re.compile(
    r"(?<=[a-z])(?=[A-Z])"
    r"|(?<=[0-9])(?=[A-Z][a-z])"
    r"|(?<=[A-Z])(?=[A-Z][a-z])(?![A-Z]s(?:[A-Z]|$))"
)

# Names that the rule would split against everybody's habit.
_SPECIAL = {"ETag": "etag", "IPv6": "ipv6"}

CPP_RESERVED = frozenset(
    """alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t
    char32_t class compl concept const consteval constexpr constinit const_cast continue co_await
    co_return co_yield decltype default delete do double dynamic_cast else enum explicit export
    extern false float for friend goto if inline int long mutable namespace new noexcept not not_eq
    nullptr operator or or_eq private protected public register reinterpret_cast requires return
    short signed sizeof static static_assert static_cast struct switch template this thread_local
    throw true try typedef typeid typename union unsigned using virtual void volatile wchar_t while
    xor xor_eq""".split()
)


def snake_case(name: str) -> str:
    """'HyperParameterTuningJobName' -> 'hyper_parameter_tuning_job_name'; never a reserved word."""
    pieces = []
    for piece in re.split(r"[^A-Za-z0-9]+", name):
        if not piece:
            continue
        if piece in _SPECIAL:
            pieces.append(_SPECIAL[piece])
            continue
        pieces.append("_".join(word.lower() for word in _WORD_START.split(piece)))
    result = "_".join(pieces) or "unnamed"
    if result[0].isdigit():
        result = "n" + result
    return result + "_" if result in CPP_RESERVED else result


def type_name(name: str) -> str:
    """A structure's C++ name: the model's, with its first letter raised ('roleType' -> 'RoleType')."""
    return name[0].upper() + name[1:]


def enum_constant(value: str) -> str:
    """'ml.m4.xlarge' -> 'kMlM4Xlarge', 'FULL_CONTROL' -> 'kFullControl', 'InProgress' -> 'kInProgress'."""
    pieces = [piece for piece in re.split(r"[^A-Za-z0-9]+", value) if piece]
    if not pieces:
        return "kEmpty"
    return "k" + "".join(
        piece.capitalize() if piece.isupper() else piece[0].upper() + piece[1:] for piece in pieces
    )


def unique(names: list[str]) -> list[str]:
    """The same names, later duplicates numbered from 2."""
    taken: set[str] = set()
    result = []
    for name in names:
        candidate, number = name, 2
        while candidate in taken:
            candidate = f"{name}{number}"
            number += 1
        taken.add(candidate)
        result.append(candidate)
    return result


def service_namespace(service: str) -> str:
    """'sagemaker-runtime' -> 'sagemaker_runtime'."""
    return service.replace("-", "_")


def c_string(text: str) -> str:
    """A C++ string literal."""
    out = []
    for byte in text.encode():
        char = chr(byte)
        if char in '"\\':
            out.append("\\" + char)
        elif 0x20 <= byte < 0x7F:
            out.append(char)
        else:
            out.append(f"\\{byte:03o}")
    # "??x" would be a trigraph to old compilers and a warning to new ones.
    return '"' + "".join(out).replace("??", '?""?') + '"'
