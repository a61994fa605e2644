"""The parts that come as Maven artifacts, each file pinned by its SHA-256 in `packages.lock.json`."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import repeat
from pathlib import Path
from tempfile import mkdtemp

import jgo
import requests
from fasteners import InterProcessLock
from jgo.maven import Artifact, MavenContext

from embedded.refusal import Refused

LOCK_FILE = Path(__file__).with_name("packages.lock.json")

# slf4j-simple: without a binding Kafka says nothing at all.
WANTED = {
    "kafka": ("Apache Kafka 4.3.1", "org.apache.kafka:kafka_2.13:4.3.1+org.slf4j:slf4j-simple:1.7.36"),
    "keycloak": ("Keycloak 26.7.3", "org.keycloak:keycloak-quarkus-dist:26.7.3:zip"),
    "zipkin": ("Zipkin 3.6.1", "io.zipkin:zipkin-server:3.6.1:exec:jar"),
    "verapdf": ("veraPDF 1.30.2", "org.verapdf.apps:cli:1.30.2:jar"),  # what tests ask whether a PDF is accessible
}


@dataclass(frozen=True)
class LockedFile:
    """One file of a package."""

    group: str
    name: str
    version: str
    classifier: str
    packaging: str
    sha256: str
    bytes: int

    @property
    def filename(self) -> str:
        """The file's name, in the package cache and here."""
        classifier = f"-{self.classifier}" if self.classifier else ""
        return f"{self.name}-{self.version}{classifier}.{self.packaging}"

    def artifact(self, maven: MavenContext) -> Artifact:
        """The file as jgo knows it."""
        component = maven.project(self.group, self.name).at_version(self.version)
        return component.artifact(classifier=self.classifier, packaging=self.packaging)


@dataclass(frozen=True)
class Package:
    """Everything one part is made of."""

    title: str
    files: tuple[LockedFile, ...]

    @property
    def digest(self) -> str:
        """A short name that changes with any file."""
        return hashlib.sha256("".join(file.sha256 for file in self.files).encode()).hexdigest()[:12]

    @property
    def size(self) -> str:
        """How much has to be downloaded, for people.

        Units: megabytes (10^6 bytes).
        """
        files = f"{len(self.files)} files, " if len(self.files) > 1 else ""
        return f"{files}{sum(file.bytes for file in self.files) / 1e6:.0f} MB"


def locked(name: str) -> Package:
    """The package as `packages.lock.json` pins it."""
    entry = json.loads(LOCK_FILE.read_text(encoding="utf-8"))[name]
    return Package(title=entry["title"], files=tuple(LockedFile(**file) for file in entry["files"]))


def copied(files: Sequence[Path], folder: Path) -> None:
    """The files lie in the folder."""
    for file in files:
        shutil.copyfile(file, folder / file.name)


def place(name: str, *, into: Path) -> Path:
    """Where `fetch` puts the package; another folder when any of its files changes."""
    return into / f"{name}-{locked(name).digest}"


def fetch(
    name: str,
    *,
    into: Path,
    say: Callable[[str], None],
    build: Callable[[Sequence[Path], Path], None] = copied,
) -> Path:
    """The folder that `build` made from the package's verified files; made only when it is not there yet.

    Raises: Refused when the network, the disk or a file is not as it should be.
    """
    package = locked(name)
    folder = place(name, into=into)
    if folder.is_dir():
        return folder
    into.mkdir(parents=True, exist_ok=True)
    with InterProcessLock(into / f"{name}.lock"):
        if folder.is_dir():  # another process was quicker
            return folder
        files = _downloaded(package, _maven(into), say=say)
        unfinished = Path(mkdtemp(dir=into, prefix=f".{name}-"))
        try:
            build(files, unfinished)
            unfinished.chmod(0o755)
            unfinished.rename(folder)  # all or nothing: an interrupted build never looks finished
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def _maven(into: Path) -> MavenContext:
    """The package index with the user's own cache, or with one of ours for a user without a home."""
    homeless = "M2_REPO" not in os.environ and not os.access(Path.home(), os.W_OK)
    return MavenContext(repo_cache=into / "cache") if homeless else MavenContext()


def _downloaded(package: Package, maven: MavenContext, *, say: Callable[[str], None]) -> list[Path]:
    missing = tuple(file for file in package.files if not _cached(file, maven).exists())
    if missing:
        say(f"Downloading {package.title} ({Package(package.title, missing).size})")
    with ThreadPoolExecutor(max_workers=8) as pool:
        try:
            return list(pool.map(_verified, package.files, repeat(maven)))
        except requests.RequestException as error:
            raise Refused(f"{package.title} could not be downloaded: is there a network connection?") from error
        except OSError as error:
            raise Refused(f"{package.title} could not be stored in {maven.repo_cache}: {error.strerror}.") from error


def _cached(file: LockedFile, maven: MavenContext) -> Path:
    path = file.artifact(maven).cached_path
    assert path is not None
    return path


def _verified(file: LockedFile, maven: MavenContext) -> Path:
    """The file in the package cache, with the content that the lock names; fetched again once if a download was cut."""
    cached = _cached(file, maven)
    if cached.exists() and _sha256(cached) != file.sha256:
        cached.unlink()
    path = file.artifact(maven).resolve()
    if _sha256(path) != file.sha256:
        path.unlink()
        raise Refused(f"The downloaded file {path.name} is not the one that packages.lock.json names.")
    return path


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _resolved(endpoint: str) -> Iterable[Artifact]:
    if "+" in endpoint:
        return jgo.resolve(endpoint)
    group, name, version, *rest = endpoint.split(":")
    classifier = rest[0] if len(rest) > 1 else ""
    return [MavenContext().project(group, name).at_version(version).artifact(classifier, rest[-1])]


def write_lock() -> None:
    """`packages.lock.json` names every file of the wanted packages, as the package index serves them now."""
    lock: dict[str, object] = {}
    for package, (title, endpoint) in WANTED.items():
        files: list[LockedFile] = []
        for artifact in _resolved(endpoint):
            path = artifact.resolve()
            files.append(
                LockedFile(
                    group=artifact.groupId,
                    name=artifact.artifactId,
                    version=artifact.version,
                    classifier=artifact.classifier,
                    packaging=artifact.packaging,
                    sha256=_sha256(path),
                    bytes=path.stat().st_size,
                )
            )
        files.sort(key=lambda file: (file.group, file.name))
        lock[package] = {"title": title, "files": [asdict(file) for file in files]}
    LOCK_FILE.write_text(json.dumps(lock, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_lock()
