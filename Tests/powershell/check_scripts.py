"""Parses PowerShell scripts, and the commands of their folder's README.md, with the tree-sitter grammar."""

import pathlib
import sys

import tree_sitter
import tree_sitter_powershell

PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))


def faults(node):
    """Nodes that the grammar could not make sense of."""
    if node.type == "ERROR" or node.is_missing:
        return [node]
    if not node.has_error:
        return []
    return [fault for child in node.children for fault in faults(child)]


def complaints(name, text, first_line=1):
    tree = PARSER.parse(text)
    for node in faults(tree.root_node):
        line = node.start_point.row + first_line
        yield f"{name}:{line}: the grammar does not know this: {node.text[:100]!r}"


def commands(readme):
    """The fenced block of a README.md, and the line where it starts."""
    lines = readme.read_bytes().split(b"\r\n")
    if b"```powershell" not in lines:
        return b"", 0
    start = lines.index(b"```powershell") + 1
    return b"\r\n".join(lines[start : lines.index(b"```", start)]), start + 1


def main(paths):
    scripts = [pathlib.Path(path) for path in paths]
    found = [text for script in scripts for text in complaints(script, script.read_bytes())]
    pages = sorted({script.parent / "README.md" for script in scripts})
    for page in pages:
        text, line = commands(page)
        found += complaints(page, text, line) if text else []
    # A check that never fails proves nothing.
    if not list(complaints("broken", b"if ($x { 'y' }")):
        found.append("the grammar takes broken scripts too")
    for text in found:
        print(text, file=sys.stderr)
    print(f"{len(scripts)} scripts and {len(pages)} pages parsed, {len(found)} faults")
    return 1 if found or not scripts else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
