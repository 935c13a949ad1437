"""A folder becomes a zip, as tools in Python do it (zipfile, deflate at its default level). Usage: pack.py FOLDER ZIP"""

import os
import sys
import zipfile

folder, output = sys.argv[1:]
with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
    for root, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            path = os.path.join(root, name)
            archive.write(path, os.path.relpath(path, folder))
