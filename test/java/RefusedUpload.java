import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Uploads 5 MiB with a wrong token, then polls ten times with the same client, which offers HTTP/2 by default. */
public class RefusedUpload {
  public static void main(String[] args) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest upload =
        request(args[0] + "/api/v1/upload/api/v1/upload")
            .header("Content-Type", "multipart/form-data; boundary=b")
            .POST(BodyPublishers.ofByteArray(new byte[5 * 1024 * 1024]))
            .build();
    System.out.print(client.send(upload, BodyHandlers.ofString()).statusCode());
    for (int poll = 0; poll < 10; poll++) {
      HttpRequest status = request(args[0] + "/api/v1/upload/api/v1/status/12345").GET().build();
      System.out.print(" " + client.send(status, BodyHandlers.ofString()).statusCode());
    }
  }

  private static HttpRequest.Builder request(String url) {
    return HttpRequest.newBuilder(URI.create(url))
        .header("Authorization", "Bearer wrong")
        .timeout(Duration.ofSeconds(5));
  }
}
