"""The packages pass the validators of the places that they are installed from and into."""

import re

import pytest
from skills_ref import validator
from tests.skills.packages import PACKAGES, SKILLS, Package

pytestmark = pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)

KEBAB = r"[a-z0-9]+(-[a-z0-9]+)*"
OPENCLAW_KEYS = {
    *("requires", "primaryEnv", "envVars", "always", "skillKey", "emoji", "homepage", "os", "install", "nix", "config"),
    *("cliHelp", "dependencies", "author", "links"),
}
RESERVED_IN_SLUGS = ("openclaw", "clawhub", "official", "admin")
MAX_BUNDLE_BYTES = 50 * 1024 * 1024


def test_the_reference_validator_accepts_it(package: Package):
    assert validator.validate(package.folder) == []


def test_the_quick_validator_accepts_it(package: Package):
    assert set(package.front) <= {"name", "description", "license", "allowed-tools", "metadata", "compatibility"}
    assert re.fullmatch(r"[a-z0-9-]{1,64}", package.front["name"])
    assert re.fullmatch(KEBAB, package.front["name"])
    description = package.front["description"]
    assert isinstance(description, str)
    assert 0 < len(description.strip()) <= 1024
    assert not set("<>") & set(description)
    assert len(package.front["compatibility"]) <= 500


def test_the_loader_of_adk_accepts_it(package: Package):
    assert package.front["name"] == package.folder.name
    assert re.fullmatch(KEBAB, package.front["name"])
    assert isinstance(package.front["metadata"], dict)
    assert isinstance(package.front["license"], str)
    assert package.body.strip()


def test_the_marketplace_accepts_it(package: Package):
    slug = package.folder.name
    assert re.fullmatch(r"[a-z0-9](?:(?!--)[a-z0-9-])*[a-z0-9]", slug)
    assert 3 <= len(slug) <= 96
    assert not any(word in slug for word in RESERVED_IN_SLUGS)
    assert package.front["license"] == "MIT-0"
    assert set(package.openclaw) <= OPENCLAW_KEYS
    assert set(package.openclaw["requires"]) <= {"env", "bins", "anyBins", "config"}
    files = [path for path in package.folder.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= MAX_BUNDLE_BYTES


def test_it_is_found_under_its_category_and_topics(package: Package):
    metadata = package.front["metadata"]
    assert metadata["category"] == "creative"
    assert metadata["topics"].split(", ") == ["ai", "video", "audio", "podcast", "captions"]


def test_declared_variables_are_those_that_the_text_uses(package: Package):
    declared = {entry["name"] for entry in package.openclaw["envVars"]}
    used = set(re.findall(r"\$\{((?:WAVEREEL|NEMO|SKILL)_[A-Z_]+)", package.commands))
    assert declared == used - {"SKILL_DIR"}
    assert all(not entry["required"] and entry["description"] for entry in package.openclaw["envVars"])
    assert package.openclaw["primaryEnv"] in declared


def test_it_is_not_hidden_from_whoever_has_no_token_yet(package: Package):
    assert "env" not in package.openclaw["requires"]


def test_no_secret_stands_in_an_address(package: Package):
    for address in re.findall(r"(?:https?://|\$BASE/)[^\s\"'`]+", package.body):
        assert not re.search(r"token=|\$TOKEN|\$CLIENT_ID|[?&]key=", address), address
        assert "@" not in address


def test_nothing_is_written_but_what_is_told(package: Package):
    """Redirections into files, and options of curl that write one, would have to be declared."""
    for line in package.commands.splitlines():
        assert not re.search(r"(?<![0-9&])>>? ?[\w~/$\"]", line), line
        assert not re.search(r"\s(-o|-O|--output|-D|-c)\s+[\w~/$\"]", line.replace("python3 -c", "")), line


def test_it_is_short_enough_to_be_read_whole(package: Package):
    assert len(package.body.splitlines()) < 500
    pieces = len(re.findall(r"\w+|[^\w\s]", package.body))
    assert pieces * 4 / 3 < 5000


def test_the_headers_sent_are_those_of_the_front_matter(package: Package):
    assert f'"X-Skill-Source: {package.front["name"]}"' in package.commands
    assert f'"X-Skill-Version: {package.front["metadata"]["version"]}"' in package.commands
    assert '"X-Skill-Platform: ${SKILL_SOURCE:-$PLATFORM}"' in package.commands


def test_relative_links_lead_into_the_package(package: Package):
    for target in re.findall(r"\]\((?!https?://|#)([^)]+)\)", package.body):
        assert (package.folder / target).is_file()
        assert target.count("/") <= 1


def test_every_folder_of_the_shelf_is_tested(package: Package):
    folders = {path.name for path in SKILLS.iterdir() if path.is_dir()}
    assert folders == {one.name for one in PACKAGES}
    assert package.name in folders
