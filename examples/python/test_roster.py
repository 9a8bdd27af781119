import os
import unittest

import requests

from roster_client import RosterClient

HOST = os.environ["TAO_ADVANCE_HOST"]


def control(method, path, **options):
    """Calls the control API of the emulator."""
    response = requests.request(method, f"https://{HOST}/__control{path}", timeout=10, **options)
    response.raise_for_status()
    return response


def advance_clock():
    """Takes the place of the pause between two polls: no test sleeps, and the access token expires."""
    control("POST", "/clock/advance", json={"by": "1h"})


def count(operation):
    return control("GET", "/journal/count", params={"operation": operation}).json()["count"]


class RosterTest(unittest.TestCase):
    def setUp(self):
        control("POST", "/reset")
        control("POST", "/clock/freeze")
        self.client = RosterClient(
            HOST, os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"], pause=advance_clock
        )
        self.addCleanup(self.client.close)

    def test_a_roster_is_uploaded_polled_and_downloaded(self):
        reference_id = self.client.upload("groups.csv", "group_name,group_active\nBiology,TRUE\n")
        result = self.client.wait_for_import(reference_id)

        self.assertEqual(result, {"status": "processed", "fileLine": 1, "messages": []})
        self.assertEqual(count("status"), 3, "pending, 401, processed, and no poll after the end")
        self.assertEqual(count("token"), 2, "one access token, and one more after the 401")
        row = self.client.download(reference_id).splitlines()[1]
        self.assertEqual(row, "Biology,TRUE,processed,,,")

    def test_a_roster_with_a_wrong_row_fails(self):
        reference_id = self.client.upload("groups.csv", "group_name,group_active\nBiology,maybe\n")
        result = self.client.wait_for_import(reference_id)

        self.assertEqual(result["status"], "failed")
        self.assertRegex(result["messages"][0], "^Line 2: ")


if __name__ == "__main__":
    unittest.main()
