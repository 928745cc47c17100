"""Builds image files for tests: tar layers, OCI layouts and archives, docker save archives of both kinds.

Nothing here is taken from the program under test; formats are those of the OCI image specification 1.1 and of what
`docker save` writes.
"""

import bz2
import gzip
import hashlib
import io
import json
import lzma
import pathlib
import subprocess
import tarfile

OCI = "application/vnd.oci.image"
KINDS = {"none": ".layer.v1.tar", "gzip": ".layer.v1.tar+gzip", "zstd": ".layer.v1.tar+zstd"}


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def zstd(data):
    return subprocess.run(["zstd", "-q", "-c"], input=data, stdout=subprocess.PIPE, check=True).stdout


COMPRESS = {"none": lambda data: data, "gzip": lambda data: gzip.compress(data, 6, mtime=0), "zstd": zstd,
            "xz": lzma.compress, "bzip2": bz2.compress}


class Tar:
    """A tar file in memory. Contents are bytes or text; modes are permission bits."""

    def __init__(self, form=tarfile.PAX_FORMAT):
        self.buffer = io.BytesIO()
        self.tar = tarfile.open(fileobj=self.buffer, mode="w", format=form)

    def add(self, path, content=b"", mode=0o644, kind=tarfile.REGTYPE, link="", **fields):
        data = content.encode() if isinstance(content, str) else content
        info = tarfile.TarInfo(path)
        info.type, info.mode, info.linkname = kind, mode, link
        info.size = len(data) if kind == tarfile.REGTYPE else 0
        for name, value in fields.items():
            setattr(info, name, value)
        self.tar.addfile(info, io.BytesIO(data) if info.size else None)
        return self

    def folder(self, path, mode=0o755):
        return self.add(path, mode=mode, kind=tarfile.DIRTYPE)

    def symlink(self, path, target):
        return self.add(path, kind=tarfile.SYMTYPE, link=target, mode=0o777)

    def hard_link(self, path, target):
        return self.add(path, kind=tarfile.LNKTYPE, link=target)

    def bytes(self):
        self.tar.close()
        return self.buffer.getvalue()


def layer(files):
    """A layer of {path: content}."""
    tar = Tar()
    for path, content in files.items():
        tar.add(path, content)
    return tar.bytes()


ALPINE_RELEASE = "NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID={}\nPRETTY_NAME=\"Alpine Linux\"\n"


def apk_database(packages):
    """lib/apk/db/installed of {name: version}."""
    return "".join(f"P:{name}\nV:{version}\nA:x86_64\nS:1\nI:1\nT:{name}\nU:https://example.org\nL:MIT\no:{name}\n\n"
                   for name, version in packages.items())


def alpine_layer(packages, release="3.8.5"):
    """The smallest root file system with an apk database."""
    return layer({"etc/os-release": ALPINE_RELEASE.format(release), "etc/passwd": "root:x:0:0::/root:/bin/ash\n",
                  "lib/apk/db/installed": apk_database(packages)})


class Image:
    """Layers (uncompressed tars, base first) with a configuration, and how each is stored."""

    def __init__(self, layers, config=None, history=None, platform=("linux", "amd64"), compression="gzip"):
        self.layers = layers
        forms = compression if isinstance(compression, list) else [compression] * len(layers)
        self.blobs = [(COMPRESS[form](tar), OCI + KINDS[form]) for tar, form in zip(layers, forms)]
        self.document = {"os": platform[0], "architecture": platform[1], "config": config or {},
                         "rootfs": {"type": "layers", "diff_ids": [digest(tar) for tar in layers]}}
        if history is not None:
            self.document["history"] = history
        self.config = json.dumps(self.document).encode()
        self.platform = {"os": platform[0], "architecture": platform[1]}

    @property
    def manifest(self):
        return json.dumps({
            "schemaVersion": 2, "mediaType": OCI + ".manifest.v1+json",
            "config": descriptor(self.config, OCI + ".config.v1+json"),
            "layers": [descriptor(data, kind) for data, kind in self.blobs],
        }).encode()

    def all_blobs(self):
        return [self.config, self.manifest, *(data for data, _ in self.blobs)]


def descriptor(data, kind, **more):
    return {"mediaType": kind, "digest": digest(data), "size": len(data), **more}


def index(manifests):
    return json.dumps({"schemaVersion": 2, "mediaType": OCI + ".index.v1+json", "manifests": manifests}).encode()


def blob_path(data):
    return "blobs/sha256/" + digest(data)[7:]


def layout_files(images, names=(), nested=False):
    """{path: bytes} of an OCI layout. Several images: a multi-platform index, `nested` as a blob of its own."""
    files = {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}'}
    entries = []
    for image in images:
        for data in image.all_blobs():
            files[blob_path(data)] = data
        entries.append(descriptor(image.manifest, OCI + ".manifest.v1+json", platform=image.platform))
    if nested:
        inner = index(entries)
        files[blob_path(inner)] = inner
        entries = [descriptor(inner, OCI + ".index.v1+json")]
    if names:
        entries = [{**entry, "annotations": {"org.opencontainers.image.ref.name": name}}
                   for name in names for entry in entries]
    files["index.json"] = index(entries)
    return files


def saved_files(images, tags, legacy):
    """{path: bytes} of `docker save`: legacy with layer.tar folders (Docker until 24), or with blobs (since 25)."""
    files, manifest = {}, []
    for image, names in zip(images, tags):
        config = digest(image.config)[7:] + ".json" if legacy else blob_path(image.config)
        files[config] = image.config
        members = []
        for number, tar in enumerate(image.layers):
            member = f"{digest(tar + bytes([number]))[7:]}/layer.tar" if legacy else blob_path(tar)
            files[member] = tar
            members.append(member)
        manifest.append({"Config": config, "RepoTags": names, "Layers": members})
    files["manifest.json"] = json.dumps(manifest).encode()
    if not legacy:
        plain = [Image(image.layers, image.document["config"], image.document.get("history"),
                       tuple(image.platform.values()), "none") for image in images]
        named = layout_files(plain)
        for path, data in named.items():
            files.setdefault(path, data)
    return files


def write_tar(path, files, compression="none", order=None):
    tar = Tar()
    for name in order or files:
        tar.add(name, files[name])
    pathlib.Path(path).write_bytes(COMPRESS[compression](tar.bytes()))
    return path


def write_folder(path, files):
    root = pathlib.Path(path)
    for name, data in files.items():
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return root
