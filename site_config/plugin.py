"""Paperstand as a plugin of MkDocs: the one module that knows MkDocs, and as little of it as will do.

MkDocs reads its own few pages, and the theme renders frames for all the others. It never sees a paper: what the catalog
gives is written in bulk when MkDocs is done. Under ProperDocs, which puts its own modules in the place of `mkdocs`,
nothing differs.
"""

from __future__ import annotations

import gc
import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, partial
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from jinja2 import Environment, FileSystemLoader
from mkdocs.commands.build import build as build_with_mkdocs
from mkdocs.commands.build import get_context
from mkdocs.config import load_config
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, MkDocsException, PluginError
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as OrdinaryPage
from mkdocs.utils import get_theme_dir
from mkdocs.utils.templates import TemplateContext

from scraper import identifiers
from scraper import settings as site_settings
from scraper.check import library_problems
from scraper.errors import PaperstandError
from scraper.scratch import asked_to_end, scratch_folder, take_along
from scraper.settings import Settings
from scraper.store import ContentStore
from scraper.store.snapshots import code_version
from site_config import search
from site_config.catalog import Catalog
from site_config.chrome import MARKS, Frame, collapse, coloured, cut
from site_config.contents import FILES, HUBS, PAGES, SECTIONS
from site_config.edition import Edition
from site_config.formats import FORMATS, formats_of
from site_config.pages import papers, sitemap
from site_config.pages.compiled import CompiledTemplates
from site_config.pages.site import TEMPLATES, Draft, Kind, Promise, PromisedPage, forget_templates, keep_compiled
from site_config.policy import policy
from site_config.press import Press, page_draft

if TYPE_CHECKING:  # a server is not for those who build
    from mkdocs.livereload import LiveReloadServer

_PAPER_DEPTHS = (2, 3, 4)
"""papers/2511.08567/, papers/cs/0112017/, papers/doi/10.1000/182/"""

_MATERIAL = get_theme_dir("material")
_USED_OF_MATERIAL = "assets/stylesheets/*.css"
"""Its scripts serve its own search and chrome, which are not here."""

_OWN_STYLES = ("assets/paperstand/site.css", "assets/paperstand/search.css")
_SCRIPT = "assets/paperstand/site.js"
"""A template: most pages leave it to this script to say which pages stand in the header."""
_STYLE = "assets/style.css"
"""Material's style sheets and ours as one file: a page says one name, and a browser asks once."""


class Stage(StrEnum):
    """What a build does, one after the other."""

    LIBRARY = "Reading the library"
    RELATED = "Finding related papers"
    PAGES = "Making the pages"
    FILES = "Making feeds, exports and all that programs read"
    INDEX = "Making the search index"
    LAST = "Putting everything in its place"


@dataclass(frozen=True, slots=True)
class Means:
    """What a build may use to be quick: a folder for caches, and workers. Without them it does everything, alone."""

    cache: Path | None = None
    executor: Executor | None = None
    tell: Callable[[Stage], None] = lambda _: None
    """Is told what is done next: on a large library a build takes a while."""
    lock: Callable[[Path], AbstractContextManager[None]] = lambda _: nullcontext()
    """Keeps other builds out of the site's folder."""

    @property
    def library_cache(self) -> Path | None:
        """Where the library's snapshots are."""
        return self.cache / "library" if self.cache else None

    def press(self, folder: Path) -> Press:
        """The press for a site's folder; without a cache that folder is emptied first, as MkDocs does it."""
        if self.cache is None:
            return Press(folder, executor=self.executor)
        name = blake2b(str(folder).encode(), digest_size=8).hexdigest()
        return Press(folder, memory=self.cache / "site" / name, version=_version(), executor=self.executor)


def _version() -> str:
    """A name for all that makes the site and is not content: this code, and the libraries that it uses."""
    # A library's folder of metadata is called after its name and version; to read what is in all of them takes longer.
    libraries = sorted(found.name for path in sys.path for found in Path(path).glob("*.dist-info"))
    code = code_version(*(Path(__file__).parents[1] / package for package in ("scraper", "site_config")))
    return "\n".join([code, sys.version, *libraries])


class _NoOptions(Config):  # type: ignore[no-untyped-call]  # MkDocs leaves __init_subclass__ untyped
    """The plugin has none in mkdocs.yml: what can be chosen is in site.yml."""


class PaperstandPlugin(BasePlugin[_NoOptions]):  # type: ignore[no-untyped-call]  # the same
    """Builds the site of the library in whose root `mkdocs.yml` stands.

    MkDocs calls the methods in the order in which they stand here.
    """

    edition: Edition
    environment: Environment
    navigation: Navigation
    files: Files
    other_templates: list[str]
    """The folders of Material's and MkDocs' own templates."""

    def __init__(self) -> None:
        self.kept_site: _KeptSite | None = None
        self.means = Means()
        self.press: Press | None = None
        """Where what is not MkDocs' own goes, when that is not MkDocs' folder."""
        self.compiled: CompiledTemplates | None = None

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:  # noqa: ARG002 - MkDocs calls it so
        """Under `mkdocs serve` what did not change stays; the search index is made, and related papers are found, once.

        An edit should show at once.
        """
        if command == "serve":
            self.kept_site = _KeptSite()
            self.means = Means(self.kept_site.cache)

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read the library, and tell MkDocs what site.yml says. Raises PluginError with every problem there is."""
        root = _root_of(config)
        if self.kept_site:  # a template may have been edited since the last build
            forget_templates()
            code_version.cache_clear()
        self.means.tell(Stage.LIBRARY)
        settings, catalog = _load(root, self.means)
        if self.kept_site and config.site_url:
            # A served site links to itself, not to where it is published.
            settings = replace(settings, url=config.site_url)
        found_before = self.kept_site.related if self.kept_site else None
        self.edition = Edition(catalog, settings, self.means.cache, self.means.executor, found_before)
        self.edition.begin()
        config.site_name = settings.name
        config.site_description = settings.description
        config.site_url = settings.url
        config.repo_url = settings.repository or None
        # Ours has every page, and no date of the build.
        config.theme.static_templates.discard("sitemap.xml")
        config.theme.static_templates.add(_SCRIPT)
        # MkDocs would look at each of Material's thousands of files, and publish what no page of ours uses.
        self.other_templates = [folder for folder in config.theme.dirs if folder != config.theme.custom_dir]
        config.theme.dirs = [folder for folder in config.theme.dirs if folder == config.theme.custom_dir]
        return config

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Save a served site from MkDocs, which empties the site's folder now."""
        if self.kept_site:
            self.kept_site.take_from(Path(config.site_dir))

    def on_files(self, files: Files, /, *, config: MkDocsConfig) -> Files:
        """Add the pages that we fill, and the style sheet."""
        for name in HUBS:
            files.append(File.generated(config, name, content=""))
        own = [file for name in _OWN_STYLES if (file := files.get_file_from_path(name))]
        theme = self.edition.settings.theme
        # main.57a0d79d.min.css comes before palette.fb2fffe2.min.css, whatever a release calls them.
        used = sorted(Path(_MATERIAL).glob(_USED_OF_MATERIAL), key=lambda path: path.name)
        styles = [coloured(path.read_text(encoding="utf-8"), theme.primary, theme.accent) for path in used]
        styles += [file.content_string for file in own]
        files.append(File.generated(config, _STYLE, content="\n".join(styles)))
        for file in own:
            files.remove(file)
        return files

    def on_nav(self, nav: Navigation, /, *, config: MkDocsConfig, files: Files) -> Navigation:  # noqa: ARG002 - MkDocs calls it so
        """Remember the navigation, for the frames."""
        self.navigation = nav
        return nav

    def on_env(self, env: Environment, /, *, config: MkDocsConfig, files: Files) -> Environment:  # noqa: ARG002 - MkDocs calls it so
        """Tell the theme's templates whether there is anything to search for, and what a browser may do."""
        self.environment, self.files = env, files
        env.bytecode_cache = self.compiled
        if isinstance(env.loader, FileSystemLoader):  # for a fork whose templates take some of Material's
            env.loader.searchpath += self.other_templates
        env.globals["library_is_empty"] = not self.edition.catalog.papers
        # What MkDocs puts into a served page to reload it is a script that the policy would stop.
        env.globals["policy"] = "" if self.kept_site else policy(self.edition.settings)
        return env

    def on_post_template(self, output_content: str, /, *, template_name: str, config: MkDocsConfig) -> str:  # noqa: ARG002 - MkDocs calls it so
        """The page that says that nothing is there."""
        return collapse(output_content) if template_name.endswith(".html") else output_content

    def on_page_context(
        self,
        context: TemplateContext,
        /,
        *,
        page: OrdinaryPage,
        config: MkDocsConfig,  # noqa: ARG002 - MkDocs calls it so
        nav: Navigation,  # noqa: ARG002 - MkDocs calls it so
    ) -> TemplateContext:
        """Let the theme render a frame for the pages that we fill."""
        values = cast("dict[str, Any]", context)
        if page.file.src_uri in HUBS:
            values["frame"] = MARKS
            values["kind"] = HUBS[page.file.src_uri][0]
        values["formats"] = FORMATS.get(values.get("kind", Kind.ORDINARY), ())
        return context

    def on_post_page(self, output: str, /, *, page: OrdinaryPage, config: MkDocsConfig) -> str:  # noqa: ARG002 - MkDocs calls it so
        """Fill the pages of the navigation; of the others, send less white space."""
        hub = HUBS.get(page.file.src_uri)
        return cut(output).fill(hub[1](self.edition).content) if hub else collapse(output)

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Write everything that MkDocs knows nothing of."""
        site_dir = Path(config.site_dir)
        if self.kept_site:
            self.kept_site.put_back_into(site_dir)
            press = self.means.press(site_dir)
            with _whole_or_not_at_all(press):
                self._print(config, press)
                self.complete(press, self.kept_site.stage)
        elif self.press:
            self._print(config, self.press)
        else:
            press = Press(site_dir)
            self._print(config, press)
            press.settle()
            self._write_index(press)

    def complete(self, press: Press, stage: Path) -> None:
        """Put what MkDocs has built itself, and the search index, beside what was printed: then the site is whole."""
        press.adopt(stage)
        self.means.tell(Stage.INDEX)
        self._write_index(press)
        self.means.tell(Stage.LAST)
        press.finish()

    def _print(self, config: MkDocsConfig, press: Press) -> None:
        tell, edition = self.means.tell, self.edition
        addresses = sorted(file.url.removeprefix("./") for file in self.files.documentation_pages())
        tell(Stage.RELATED)
        related = edition.related
        if self.kept_site:
            self.kept_site.related = related
        tell(Stage.PAGES)
        press.print(self._drafts(cache(partial(self._frame, config)), addresses))
        addresses += [identifiers.page_path(identifier) for identifier in reversed(list(edition.catalog.papers))]
        tell(Stage.FILES)
        press.print(chain.from_iterable(files_of(edition) for files_of in FILES))
        press.print(sitemap.outputs(edition, addresses))
        press.keep(search.FOLDER)

    def _drafts(self, frame: Callable[[Kind, int], Frame], addresses: list[str]) -> Iterator[Draft | Promise]:
        """Every page in its chrome, in one go, so that no worker waits between two kinds of page.

        The addresses of all but the papers' are added to those that are there. A paper comes after the first day that
        lists it, where the same worker has just set its abstract.
        """
        promised = papers.promised(self.edition, {depth: frame(Kind.PAPER, depth) for depth in _PAPER_DEPTHS})
        left = dict.fromkeys(self.edition.catalog.papers)
        for page in chain.from_iterable(pages_of(self.edition) for pages_of in PAGES):
            addresses.append(page.path)
            yield page_draft(page, frame(page.kind, page.path.count("/")))
            shown = page.papers if isinstance(page, PromisedPage) else ()
            for identifier in filter(left.__contains__, shown):
                del left[identifier]
                yield promised(identifier)
        yield from map(promised, left)

    def on_serve(
        self,
        server: LiveReloadServer,
        /,
        *,
        config: MkDocsConfig,
        builder: Callable[..., Any],  # noqa: ARG002 - MkDocs calls it so
    ) -> LiveReloadServer:
        """Rebuild when the content, the settings, a template or the theme changes."""
        root = _root_of(config)
        for path in (
            root / "content",
            root / site_settings.PATH,
            TEMPLATES,
            Path(config.theme.custom_dir or TEMPLATES),
        ):
            server.watch(str(path))
        return server

    def on_build_error(self, *, error: Exception) -> None:
        """Of a disk that is full, say, a served site tells in a line, and goes on: MkDocs would show a traceback."""
        if self.kept_site and isinstance(error, OSError):
            raise Abort(f"{error.filename or 'a file'}: {error.strerror or error}; nothing was built") from error

    def on_shutdown(self) -> None:
        """Throw away the edition, and the site that was kept."""
        # MkDocs' plugins are in a circle: whoever looked for garbage next would go through all of a library's objects.
        vars(self).pop("edition", None)
        if self.kept_site:
            self.kept_site.close()

    def _frame(self, config: MkDocsConfig, kind: Kind, depth: int) -> Frame:
        """The theme's frame for a kind of page, so many steps below the root."""
        page = OrdinaryPage(None, File.generated(config, "/".join(["_"] * depth) + ".md", content=""), config)
        context = get_context(self.navigation, self.files, config, page)
        template = self.environment.get_template("main.html")
        section = SECTIONS.get(kind, kind)
        return cut(template.render(context, frame=MARKS, kind=kind, section=section, formats=formats_of(kind, depth)))

    def _write_index(self, press: Press) -> None:
        if self.kept_site and (press.folder / search.FOLDER).is_dir():
            return
        try:
            search.write_index(self.edition, press.folder)
        except PaperstandError as error:
            raise PluginError(str(error)) from error


class _KeptSite:
    """A served site between two builds: MkDocs empties the site's folder before each."""

    def __init__(self) -> None:
        self._life = ExitStack()
        self._life.enter_context(asked_to_end())
        self._folder = self._life.enter_context(scratch_folder("serve"))
        self.cache = self._folder / "cache"
        self.stage = self._folder / "stage"
        """What MkDocs has built itself."""
        self._kept = self._folder / "site"
        self.related: Mapping[str, tuple[str, ...]] | None = None
        """Of the first build, which later ones take over: to find them anew took most of the time after an edit."""

    def take_from(self, site_dir: Path) -> None:
        """Save the site that was built last from MkDocs; after a build that failed, the one before is still saved."""
        take_along(self._folder, site_dir)
        if site_dir.is_dir() and not self._kept.exists():
            shutil.move(site_dir, self._kept)
            site_dir.mkdir()

    def put_back_into(self, site_dir: Path) -> None:
        """Put back what was saved, and what MkDocs has built meanwhile into the stage."""
        shutil.rmtree(self.stage, ignore_errors=True)
        shutil.move(site_dir, self.stage)
        if self._kept.exists():
            shutil.move(self._kept, site_dir)

    def close(self) -> None:
        """Remove what is kept."""
        self._life.close()


def _root_of(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).resolve().parent


def _load(root: Path, means: Means) -> tuple[Settings, Catalog]:
    """The library at `root`. Raises PluginError that names every problem: a page built around one would be wrong."""
    try:
        settings = site_settings.load(root)
        library = ContentStore(root).load(cache=means.library_cache, executor=means.executor)
    except PaperstandError as error:
        raise PluginError(str(error)) from error
    problems = sorted(set(library_problems(root, library)))
    if problems:
        raise PluginError("\n".join(["The library has problems:", *map(str, problems)]))
    return settings, Catalog.of(library, settings)


def build(root: Path, site_dir: Path | None = None, *, strict: bool = True, means: Means | None = None) -> Path:
    """Build the site of the library at `root`, as `mkdocs build` does, and give the folder in which it is.

    `site_dir` is that of mkdocs.yml unless told. With `strict`, a warning of MkDocs (a broken link in an ordinary page,
    say) is an error. `means` change how long it takes and nothing else. Raises PaperstandError with every problem that
    was found; the folder is then as it was.
    """
    # Material's notice about the future of MkDocs is for those who choose tools, and long.
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "true")
    means = means or Means()
    with _complaints() as complaints, scratch_folder("site") as stage:
        try:
            folder = site_dir or Path(load_config(str(root / "mkdocs.yml")).site_dir)
            # MkDocs empties the folder that it builds in: it gets one of its own.
            config = load_config(str(root / "mkdocs.yml"), strict=strict, site_dir=str(stage))
            with means.lock(folder), _no_search_for_cycles():
                _build(config, stage, folder, means)
        except (Abort, MkDocsException) as error:
            # MkDocs logs what is wrong, and then says no more than that it gives up.
            reasons = "\n".join(complaints) or str(error)
            raise PaperstandError(f"{reasons}\nThe site was not built.") from error
    return folder


def _build(config: MkDocsConfig, stage: Path, folder: Path, means: Means) -> None:
    plugin = cast("PaperstandPlugin", config.plugins["paperstand"])
    # Before the press asks the first worker for something, which has from then on what this process has now.
    plugin.compiled = CompiledTemplates(_version()) if means.cache and not sys.dont_write_bytecode else None
    keep_compiled(plugin.compiled)
    plugin.means, plugin.press = means, means.press(folder.absolute())
    config.plugins.on_startup(command="build", dirty=False)
    with _whole_or_not_at_all(plugin.press):
        try:
            build_with_mkdocs(config)
            plugin.complete(plugin.press, stage)
        finally:
            config.plugins.on_shutdown()


@contextmanager
def _whole_or_not_at_all(press: Press) -> Iterator[None]:
    """Take back what was printed where the block fails: on a full disk, say, the site that was there stays."""
    try:
        yield
    except BaseException:
        press.take_back()
        raise


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Let no garbage be looked for during the block, in this process and in the workers that it starts.

    A library is a million objects that stay; to go through them again and again, for next to nothing that could be
    freed, took a fifth of a build's time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Complaints(logging.Handler):
    """What a logger warns of, as texts."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """All that MkDocs warns of during the block."""
    log, handler = logging.getLogger("mkdocs"), _Complaints()
    log.addHandler(handler)
    try:
        yield handler.texts
    finally:
        log.removeHandler(handler)
