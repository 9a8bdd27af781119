import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Prints the status and the HTTP version of a response. Its default client offers HTTP/2 first. */
public class Health {
  public static void main(String[] args) throws Exception {
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(args[0])).build(),
                HttpResponse.BodyHandlers.ofString());
    System.out.print(response.statusCode() + " " + response.version());
  }
}
