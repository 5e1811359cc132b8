"""Turns the names of a model into C++ names."""
import re

KEYWORDS = set("""alignas alignof and and_eq asm auto bitand bitor bool break case catch char class compl concept const
consteval constexpr constinit const_cast continue co_await co_return co_yield decltype default delete do double
dynamic_cast else enum explicit export extern false float for friend goto if inline int long mutable namespace new
noexcept not not_eq nullptr operator or or_eq private protected public register reinterpret_cast requires return short
signed sizeof static static_assert static_cast struct switch template this thread_local throw true try typedef typeid
typename union unsigned using virtual void volatile wchar_t while xor xor_eq unix linux errno stdin stdout stderr
""".split()) - {"errno", "stdin", "stdout", "stderr"}

# Words that the rule for capitals would cut in the wrong place.
WHOLE = (("GiB", "Gib"), ("MiB", "Mib"), ("KiB", "Kib"), ("IPv4", "Ipv4"), ("IPv6", "Ipv6"), ("ARNs", "Arns"),
         ("IDs", "Ids"), ("URLs", "Urls"), ("URIs", "Uris"), ("ACLs", "Acls"), ("CIDRs", "Cidrs"), ("IPs", "Ips"),
         ("DNSs", "Dnss"), ("AZs", "Azs"), ("GPUs", "Gpus"))


def snake(name):
    """`enableECSManagedTags` → `enable_ecs_managed_tags`; a keyword gets a trailing underscore."""
    for whole, word in WHOLE:
        name = re.sub(whole + r"(?![a-z])", word, name)
    name = re.sub(r"[^A-Za-z0-9]+", "_", name)
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    name = re.sub(r"_+", "_", name).strip("_").lower()
    if not name or name[0].isdigit():
        name = "_" + name
    return name + "_" if name in KEYWORDS else name


def file_name(name):
    """`RunTaskRequest` → `run_task_request`."""
    return snake(name).rstrip("_")


def enumerator(value):
    """`IN_PROGRESS` → `in_progress`, `EssentialContainerExited` → `essential_container_exited`, `job-key` → `job_key`."""
    return snake(value)


def namespace_of(namespace):
    """`roadstead.store` → `roadstead`, `ecs` → `roadstead::ecs`."""
    return "roadstead" if namespace.startswith("roadstead") else f"roadstead::{namespace}"


def quote(text):
    """A C++ string literal."""
    out = []
    for byte in text.encode():
        if byte in (0x22, 0x5C):
            out.append("\\" + chr(byte))
        elif 0x20 <= byte < 0x7F:
            out.append(chr(byte))
        else:
            out.append(f"\\{byte:03o}")
    return '"' + "".join(out).replace("??", "?\\?") + '"'
