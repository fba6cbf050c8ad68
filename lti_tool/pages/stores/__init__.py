"""The operator's pages of the record stores: what each holds, its keys, statements, forwardings and profiles."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from lti_tool.pages import answers
from lti_tool.pages.stores import browser, erasures, forwardings, keys, overview, profiles, self_tests
from xapi_store.erasing.erasure import NoSuchErasure
from xapi_store.errors import NoSuchStatement, NoSuchStore, UnknownKey
from xapi_store.other_stores.forwarding import NoSuchForwarding

bp = Blueprint("stores", __name__, url_prefix="/operator/stores")
for each in (overview, keys, self_tests, browser, forwardings, profiles, erasures):
    bp.register_blueprint(each.bp)


@bp.errorhandler(NoSuchStore)
@bp.errorhandler(NoSuchStatement)
@bp.errorhandler(NoSuchForwarding)
@bp.errorhandler(UnknownKey)
@bp.errorhandler(NoSuchErasure)
def missing(_error: Exception) -> ResponseReturnValue:
    """What was asked for is not here."""
    return answers.page(404, _l("There is nothing at this address"), _l("Go back to the store and choose again."))
