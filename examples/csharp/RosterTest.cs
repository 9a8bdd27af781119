// This example was written without a .NET SDK at hand: it has not been compiled or run.
using System.Net.Http.Json;
using Xunit;

namespace Roster;

public sealed class RosterTest : IAsyncLifetime
{
    private sealed record Found(int Count);

    private static readonly string Host = Variable("TAO_ADVANCE_HOST");
    private readonly HttpClient _control = new() { BaseAddress = new Uri($"https://{Host}/__control/") };
    private readonly RosterClient _client;

    public RosterTest()
    {
        // In place of a pause between two polls: no test sleeps, and the access token expires.
        Task AdvanceClock() => ControlAsync("clock/advance", new { by = "1h" });
        _client = new RosterClient(Host, Variable("CLIENT_ID"), Variable("CLIENT_SECRET"), AdvanceClock);
    }

    public async Task InitializeAsync()
    {
        await ControlAsync("reset", new { });
        await ControlAsync("clock/freeze", new { });
    }

    public Task DisposeAsync()
    {
        _client.Dispose();
        _control.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_roster_is_uploaded_polled_and_downloaded()
    {
        var referenceId = await _client.UploadAsync("groups.csv", "group_name,group_active\nBiology,TRUE\n");
        var result = await _client.WaitForImportAsync(referenceId);

        Assert.Equal("processed", result.Status);
        Assert.Equal(1, result.FileLine);
        Assert.Empty(result.Messages);
        Assert.Equal(3, await CountAsync("status")); // pending, 401, processed, and no poll after the end
        Assert.Equal(2, await CountAsync("token")); // one access token, and one more after the 401
        var lines = (await _client.DownloadAsync(referenceId)).Split('\n');
        Assert.Equal("Biology,TRUE,processed,,,", lines[1].TrimEnd());
    }

    [Fact]
    public async Task A_roster_with_a_wrong_row_fails()
    {
        var referenceId = await _client.UploadAsync("groups.csv", "group_name,group_active\nBiology,maybe\n");
        var result = await _client.WaitForImportAsync(referenceId);

        Assert.Equal("failed", result.Status);
        Assert.StartsWith("Line 2: ", result.Messages[0]);
    }

    /// <summary>Calls the control API of the emulator.</summary>
    private async Task ControlAsync(string path, object body)
    {
        using var response = await _control.PostAsJsonAsync(path, body);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Returns the number of requests of this operation, from the journal.</summary>
    private async Task<int> CountAsync(string operation) =>
        (await _control.GetFromJsonAsync<Found>($"journal/count?operation={operation}"))!.Count;

    private static string Variable(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set");
}
