import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The code under test: it uploads a roster, polls until the import has ended, and downloads the result file. It keeps
 * its access token, and renews it after a 401.
 */
public final class RosterClient {

  /** Waits between two polls. */
  public interface Pause {
    void await() throws IOException, InterruptedException;
  }

  private final HttpClient http = HttpClient.newHttpClient();
  private final String base;
  private final Map<String, String> credentials;
  private final Pause pause;
  private String token;

  public RosterClient(String host, String clientId, String clientSecret, Pause pause) {
    this.base = "https://" + host + "/api/v1/upload";
    this.credentials =
        Map.of(
            "grant_type", "client_credentials",
            "client_id", clientId,
            "client_secret", clientSecret);
    this.pause = pause;
  }

  /** Uploads a CSV file and returns its reference id. */
  public String upload(String fileName, String content) throws IOException, InterruptedException {
    String boundary = UUID.randomUUID().toString();
    String body =
        """
        --%1$s\r
        Content-Disposition: form-data; name="file"; filename="%2$s"\r
        Content-Type: text/csv\r
        \r
        %3$s\r
        --%1$s--\r
        """
            .formatted(boundary, fileName, content);
    return field(
        "referenceId",
        call(
            "/api/v1/upload",
            request ->
                request
                    .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                    .POST(BodyPublishers.ofString(body))));
  }

  /** Polls until the import is processed or failed, and returns its result as JSON. */
  public String waitForImport(String referenceId) throws IOException, InterruptedException {
    while (true) {
      String json = call("/api/v1/status/" + referenceId, HttpRequest.Builder::GET);
      String status = field("status", json);
      if (status.equals("processed") || status.equals("failed")) {
        return json;
      }
      pause.await();
    }
  }

  /** Returns the text of the result file. Its signed URL needs no access token. */
  public String download(String referenceId) throws IOException, InterruptedException {
    String json = call("/api/v1/download/" + referenceId, HttpRequest.Builder::GET);
    return requireSuccess(send(request(field("signedUrl", json))));
  }

  /** Returns a text of a JSON document. Your project has a JSON library for this; the JDK has none. */
  public static String field(String name, String json) {
    Matcher matcher = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
    if (!matcher.find()) {
      throw new IllegalArgumentException("No " + name + " in " + json);
    }
    return matcher.group(1);
  }

  private String call(String path, Function<HttpRequest.Builder, HttpRequest.Builder> fill)
      throws IOException, InterruptedException {
    if (token == null) {
      renewToken();
    }
    HttpRequest.Builder request = fill.apply(request(base + path));
    HttpResponse<String> response = send(withToken(request));
    if (response.statusCode() == 401) {
      renewToken();
      response = send(withToken(request));
    }
    return requireSuccess(response);
  }

  private void renewToken() throws IOException, InterruptedException {
    String form =
        credentials.entrySet().stream()
            .map(it -> it.getKey() + "=" + URLEncoder.encode(it.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    HttpRequest.Builder request =
        request(base + "/v1/oauth2/tokens")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form));
    token = field("access_token", requireSuccess(send(request)));
  }

  private HttpRequest.Builder withToken(HttpRequest.Builder request) {
    return request.setHeader("Authorization", "Bearer " + token);
  }

  private static HttpRequest.Builder request(String url) {
    return HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(10));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static String requireSuccess(HttpResponse<String> response) throws IOException {
    if (response.statusCode() != 200) {
      throw new IOException("Status " + response.statusCode() + ": " + response.body());
    }
    return response.body();
  }
}
