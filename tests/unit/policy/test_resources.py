"""Templates are found by name, whether the package is installed or run from a checkout, and nothing else is."""

import pytest

from kakosheet.core.issues import KakosheetError
from kakosheet.policy import resources


def test_the_templates_folder_is_found() -> None:
    assert "titles" in resources.listing("")


def test_every_listed_text_can_be_opened() -> None:
    names = [
        f"titles/{language}/{file}"
        for language in resources.listing("titles")
        for file in resources.listing(f"titles/{language}")
    ]
    assert names
    assert all(resources.open_text(name) for name in names)


def test_a_folder_that_is_not_there_lists_nothing() -> None:
    assert resources.listing("no-such-folder") == []


@pytest.mark.parametrize(
    "name", ["nothing.toml", "../pyproject.toml", "/etc/hostname", "titles/../../LICENSE", "", "titles//en", "C:/x"]
)
def test_a_name_that_is_no_template_is_refused(name: str) -> None:
    with pytest.raises(KakosheetError) as caught:
        resources.open_text(name)
    assert caught.value.code == "K504"
