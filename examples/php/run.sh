#!/bin/sh
# PHP's curl does not read SSL_CERT_FILE: its setting curl.cainfo names the certificates that it trusts.
exec php -d curl.cainfo="$SSL_CERT_FILE" "${PHPUNIT:-$(command -v phpunit)}" --do-not-cache-result RosterTest.php
