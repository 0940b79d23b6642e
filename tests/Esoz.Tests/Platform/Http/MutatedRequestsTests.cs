using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Esoz.Platform.Http;
using Esoz.Sandbox.Demo;
using Esoz.Tests.Sandbox.Demo;
using Microsoft.AspNetCore.Http;

namespace Esoz.Tests.Platform.Http;

/// <summary>
/// Whatever a caller with valid credentials sends, no method answers with a fault, and always in the envelope of its family.
/// <c>MUTATED_SEED=N</c> sends the same requests again.
/// </summary>
public sealed class MutatedRequestsTests(DemoExamplesTests.Sandbox sandbox, ITestOutputHelper output)
    : IClassFixture<DemoExamplesTests.Sandbox>
{
    private const int Callers = 8;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "3,000 mutated requests over all methods: no 5xx, always the family's envelope")]
    public Task Few() => Send(3_000);

    [Fact(DisplayName = "Soak: 100,000 mutated requests over all methods: no 5xx, always the family's envelope", Explicit = true)]
    [Trait("Soak", "mutated-requests")]
    public Task Soak() => Send(100_000);

    private async Task Send(int count)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("MUTATED_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given : Random.Shared.Next(1_000_000_000);
        output.WriteLine($"MUTATED_SEED={seed}");
        var examples = await Works();
        var (faults, statuses) = (new ConcurrentBag<string>(), new ConcurrentDictionary<int, int>());

        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = Ct }, async (i, ct) =>
        {
            var mutation = new Mutation(seed + i, examples[i % examples.Count]);
            using var request = mutation.ToRequest(sandbox.Url);
            try
            {
                using var response = await Http.SendAsync(request, ct);
                statuses.AddOrUpdate((int)response.StatusCode, 1, (_, known) => known + 1);
                if (Fault(request, await Answer.Of(response)) is { } fault)
                    faults.Add($"{seed + i}: {fault}\n  {mutation.Description}");
            }
            catch (HttpRequestException broken)
            {
                faults.Add($"{seed + i}: {broken}\n  {mutation.Description}");
            }
        });

        output.WriteLine(string.Join(", ", statuses.OrderBy(status => status.Key).Select(status => $"{status.Key}: {status.Value}")));
        Assert.True(faults.IsEmpty, $"MUTATED_SEED={seed}, {faults.Count} faults:\n{string.Join('\n', faults.Take(20))}");
        Assert.True(statuses.ContainsKey(200) && statuses.ContainsKey(422) && statuses.ContainsKey(404));
        Assert.DoesNotContain(sandbox.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    /// <summary>Not that of the registry, which compares refusals with what is declared: it cannot read what is sent here.</summary>
    private static HttpClient Http { get; } = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });

    /// <summary>The examples of successes, once the snapshots are there: without them the bulk export answers 503.</summary>
    private async Task<IReadOnlyList<DemoExample>> Works()
    {
        var session = await DemoSession.Open(sandbox.Settings, sandbox.Database, Ct);
        var works = session.Examples.Where(example => !example.IsRefusal).ToList();
        Assert.Equal(Methods.All.Count, works.Select(example => example.Card).Distinct().Count());
        foreach (var example in works.Where(example => example.Card.Family == Family.PisBulk))
            await sandbox.Answered(() => example.ToRequest(sandbox.Url));
        return works;
    }

    private static string? Fault(HttpRequestMessage request, Answer answer)
    {
        if (answer.Status >= 500)
            return $"{answer.Status} {answer.Text}";
        if (request.Method == HttpMethod.Head || answer.Status is 304 or 206)
            return null;
        try
        {
            return answer.ContentHeaders.ContentType?.MediaType switch
            {
                "application/json" => Envelope(request, answer),
                "application/x-ndjson" or "application/octet-stream" when answer.Status == 200 => null,
                var other => $"{answer.Status} of type {other}: {answer.Text}",
            };
        }
        catch (Exception broken) when (broken is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return $"{answer.Status}: {broken.Message}: {answer.Text}";
        }
    }

    /// <summary>The envelopes of platform §4, platform §5 and platform §6.</summary>
    private static string? Envelope(HttpRequestMessage request, Answer answer)
    {
        if (answer.ContentHeaders.ContentEncoding.Count > 0)
            return null;
        var isError = answer.Status >= 400;
        if (Dialect.FamilyOf(new PathString(request.RequestUri!.AbsolutePath)) == Family.Mc)
            return answer.Json.TryGetProperty(isError ? "error" : "data", out _) ? null : $"{answer.Status}: {answer.Text}";
        return answer.Json.GetProperty("meta").GetProperty("code").GetInt32() == answer.Status
            && answer.Json.TryGetProperty(isError ? "error" : "data", out _) ? null : $"{answer.Status}: {answer.Text}";
    }
}
