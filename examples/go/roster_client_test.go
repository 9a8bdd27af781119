package roster

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
)

var controlURL = "https://" + os.Getenv("TAO_ADVANCE_HOST") + "/__control"

// control calls the control API of the emulator.
func control(path, body string) error {
	response, err := http.Post(controlURL+path, "application/json", strings.NewReader(body))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode >= 300 {
		return fmt.Errorf("%s: status %d", path, response.StatusCode)
	}
	return nil
}

// expectCount compares the number of requests of an operation, from the journal.
func expectCount(t *testing.T, operation string, expected int) {
	t.Helper()
	response, err := http.Get(controlURL + "/journal/count?operation=" + operation)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var found struct{ Count int }
	if err := json.NewDecoder(response.Body).Decode(&found); err != nil {
		t.Fatal(err)
	}
	if found.Count != expected {
		t.Errorf("%d requests of the operation %s, not %d", found.Count, operation, expected)
	}
}

func newTestClient(t *testing.T) *Client {
	t.Helper()
	for _, path := range []string{"/reset", "/clock/freeze"} {
		if err := control(path, "{}"); err != nil {
			t.Fatal(err)
		}
	}
	client := NewClient(os.Getenv("TAO_ADVANCE_HOST"), os.Getenv("CLIENT_ID"), os.Getenv("CLIENT_SECRET"))
	// In place of a pause between two polls: no test sleeps, and the access token expires.
	client.Pause = func() error { return control("/clock/advance", `{"by":"1h"}`) }
	return client
}

func importRoster(t *testing.T, client *Client, content string) (string, Result) {
	t.Helper()
	referenceID, err := client.Upload("groups.csv", content)
	if err != nil {
		t.Fatal(err)
	}
	result, err := client.WaitForImport(referenceID)
	if err != nil {
		t.Fatal(err)
	}
	return referenceID, result
}

func TestRosterIsUploadedPolledAndDownloaded(t *testing.T) {
	client := newTestClient(t)
	referenceID, result := importRoster(t, client, "group_name,group_active\nBiology,TRUE\n")

	if result.Status != "processed" || result.FileLine != 1 || len(result.Messages) != 0 {
		t.Errorf("%+v", result)
	}
	expectCount(t, "status", 3) // pending, 401, processed, and no poll after the end
	expectCount(t, "token", 2)  // one access token, and one more after the 401
	text, err := client.Download(referenceID)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text, "\nBiology,TRUE,processed,,,\n") {
		t.Errorf("%q", text)
	}
}

func TestRosterWithAWrongRowFails(t *testing.T) {
	_, result := importRoster(t, newTestClient(t), "group_name,group_active\nBiology,maybe\n")

	if result.Status != "failed" {
		t.Fatalf("%+v", result)
	}
	if !strings.HasPrefix(result.Messages[0], "Line 2: ") {
		t.Errorf("%q", result.Messages[0])
	}
}
