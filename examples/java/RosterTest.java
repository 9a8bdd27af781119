import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RosterTest {
  private static final String HOST = System.getenv("TAO_ADVANCE_HOST");
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  // In place of a pause between two polls: no test sleeps, and the access token expires.
  private final RosterClient client =
      new RosterClient(
          HOST,
          System.getenv("CLIENT_ID"),
          System.getenv("CLIENT_SECRET"),
          () -> control("/clock/advance", "{\"by\":\"1h\"}"));

  @BeforeEach
  void resetEmulator() throws Exception {
    control("/reset", "{}");
    control("/clock/freeze", "{}");
  }

  @Test
  void aRosterIsUploadedPolledAndDownloaded() throws Exception {
    String referenceId = client.upload("groups.csv", "group_name,group_active\nBiology,TRUE\n");
    String result = client.waitForImport(referenceId);

    assertEquals("{\"result\":{\"status\":\"processed\",\"fileLine\":1,\"messages\":[]}}", result);
    assertEquals(3, count("status"), "pending, 401, processed, and no poll after the end");
    assertEquals(2, count("token"), "one access token, and one more after the 401");
    assertEquals("Biology,TRUE,processed,,,", client.download(referenceId).lines().toList().get(1));
  }

  @Test
  void aRosterWithAWrongRowFails() throws Exception {
    String referenceId = client.upload("groups.csv", "group_name,group_active\nBiology,maybe\n");
    String result = client.waitForImport(referenceId);

    assertEquals("failed", RosterClient.field("status", result));
    assertTrue(result.contains("\"messages\":[\"Line 2: "), result);
  }

  /** Calls the control API of the emulator. */
  private static void control(String path, String json) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(controlUri(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build();
    HttpResponse<String> response = HTTP.send(request, BodyHandlers.ofString());
    assertEquals(2, response.statusCode() / 100, response.body());
  }

  /** Returns the number of requests of this operation, from the journal. */
  private static int count(String operation) throws Exception {
    URI uri = controlUri("/journal/count?operation=" + operation);
    String json = HTTP.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    return Integer.parseInt(json.replaceFirst(".*\"count\":(\\d+).*", "$1"));
  }

  private static URI controlUri(String path) {
    return URI.create("https://" + HOST + "/__control" + path);
  }
}
