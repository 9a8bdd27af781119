// This example was written without a .NET SDK at hand: it has not been compiled or run.
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;

namespace Roster;

/// <summary>The state of an import.</summary>
public sealed record ImportResult(string Status, int FileLine, string[] Messages);

/// <summary>
/// The code under test: it uploads a roster, polls until the import has ended, and downloads the result file.
/// It keeps its access token, and renews it after a 401.
/// </summary>
/// <param name="pause">Waits between two polls.</param>
public sealed class RosterClient(string host, string clientId, string clientSecret, Func<Task> pause) : IDisposable
{
    private sealed record Token(string Access_token);

    private sealed record Upload(string ReferenceId);

    private sealed record Download(string SignedUrl);

    private sealed record Envelope<T>(T Result);

    private readonly string _base = $"https://{host}/api/v1/upload";
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private string? _token;

    /// <summary>Uploads a CSV file and returns its reference id.</summary>
    public async Task<string> UploadAsync(string fileName, string content)
    {
        var envelope = await CallAsync<Envelope<Upload>>("/api/v1/upload", () =>
        {
            // Made anew for each attempt: HttpClient disposes of a content once it is sent.
            var form = new MultipartFormDataContent();
            form.Add(new StringContent(content, Encoding.UTF8, "text/csv"), "file", fileName);
            return form;
        });
        return envelope.Result.ReferenceId;
    }

    /// <summary>Polls until the import is processed or failed, and returns its result.</summary>
    public async Task<ImportResult> WaitForImportAsync(string referenceId)
    {
        while (true)
        {
            var envelope = await CallAsync<Envelope<ImportResult>>($"/api/v1/status/{referenceId}");
            if (envelope.Result.Status is "processed" or "failed")
            {
                return envelope.Result;
            }
            await pause();
        }
    }

    /// <summary>Returns the text of the result file. Its signed URL needs no access token.</summary>
    public async Task<string> DownloadAsync(string referenceId)
    {
        var download = await CallAsync<Download>($"/api/v1/download/{referenceId}");
        return await _http.GetStringAsync(download.SignedUrl);
    }

    public void Dispose() => _http.Dispose();

    private async Task<T> CallAsync<T>(string path, Func<HttpContent>? createContent = null)
    {
        _token ??= await FetchTokenAsync();
        var response = await SendAsync(path, createContent);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            response.Dispose();
            _token = await FetchTokenAsync();
            response = await SendAsync(path, createContent);
        }
        using (response)
        {
            response.EnsureSuccessStatusCode();
            return (await response.Content.ReadFromJsonAsync<T>())!;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(string path, Func<HttpContent>? createContent)
    {
        var method = createContent is null ? HttpMethod.Get : HttpMethod.Post;
        using var request = new HttpRequestMessage(method, _base + path) { Content = createContent?.Invoke() };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        return await _http.SendAsync(request);
    }

    private async Task<string> FetchTokenAsync()
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = clientId,
            ["client_secret"] = clientSecret,
        });
        using var response = await _http.PostAsync($"{_base}/v1/oauth2/tokens", form);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<Token>())!.Access_token;
    }
}
