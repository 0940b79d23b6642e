using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Esoz.Compositions;
using Esoz.Platform.Jobs;

namespace Esoz.Portal;

/// <summary>A step of the walk, in its order.</summary>
public enum WalkStep
{
    Draft,
    DraftJob,
    Signature,
    Sign,
    SignJob,
    Cancel,
    CancelJob,
    /// <summary>Nothing is left to do.</summary>
    End,
}

/// <summary>How far one browser has come with its conclusion.</summary>
public sealed record Walk
{
    /// <summary>What is done with the next form.</summary>
    public WalkStep Next { get; init; } = WalkStep.Draft;

    /// <summary>Requests of each step, with their answers.</summary>
    public ImmutableDictionary<WalkStep, ImmutableList<Exchange>> Exchanges { get; init; } =
        ImmutableDictionary<WalkStep, ImmutableList<Exchange>>.Empty;

    /// <summary>The last job.</summary>
    public string? Job { get; init; }

    public string? JobState { get; init; }

    public string? Composition { get; init; }

    /// <summary>As the registry has answered last.</summary>
    public string? CompositionState { get; init; }

    /// <summary>What is signed.</summary>
    public string? Content { get; init; }

    /// <summary>The container with signature and content.</summary>
    public ImmutableArray<byte> Container { get; init; } = [];

    /// <summary>The step that did not succeed.</summary>
    public WalkStep? Stopped { get; init; }

    /// <summary>Takes the next step on this server.</summary>
    internal async Task<Walk> Go(HttpContext context, DemoAccess demo, DemoConclusion conclusion) => Next switch
    {
        WalkStep.Draft => await Start(
            context, demo, conclusion, CreateComposition.Card.Path, CreateComposition.Card.Verb, conclusion.Draft),
        WalkStep.DraftJob or WalkStep.SignJob or WalkStep.CancelJob => await Ask(context, demo, conclusion),
        WalkStep.Signature => this with { Container = [.. conclusion.Sign(Content!)], Next = WalkStep.Sign },
        WalkStep.Sign => await Start(
            context, demo, conclusion, PathOf(SignComposition.Card), SignComposition.Card.Verb, Order(Container.AsSpan())),
        WalkStep.Cancel => await Start(context, demo, conclusion, PathOf(CancelComposition.Card), CancelComposition.Card.Verb,
            Order(conclusion.Sign(conclusion.Cancellation(Composition!)))),
        _ => this,
    };

    /// <summary>Sends a request that is answered with a job.</summary>
    private async Task<Walk> Start(
        HttpContext context, DemoAccess demo, DemoConclusion conclusion, string path, string verb, string body)
    {
        var exchange = await OwnRequest.Send(context, demo, verb, path, conclusion.Headers, body);
        var walk = With(exchange, again: true);
        return (string?)exchange.Json?["data"]?["id"] is { } job
            ? walk with { Job = job, JobState = (string?)exchange.Json["data"]!["status"], Next = Next + 1 }
            : walk with { Stopped = Next };
    }

    /// <summary>Asks for the state of the job and, when it is done, for the composition.</summary>
    private async Task<Walk> Ask(HttpContext context, DemoAccess demo, DemoConclusion conclusion)
    {
        var job = await OwnRequest.Send(context, demo, GetAsyncJobStatus.Card.Verb,
            GetAsyncJobStatus.Card.Path.Replace("{asyncJobId}", Job, StringComparison.Ordinal), conclusion.Headers, null);
        var data = job.Json?["data"];
        var walk = With(job, again: true) with { JobState = (string?)data?["status"] ?? JobState };
        if (walk.JobState == JobStatus.Pending && job.Status < 400)
            return walk;
        if (walk.JobState != JobStatus.Done || IdOf(data) is not { } composition)
            return walk with { Stopped = Next };
        var whole = await OwnRequest.Send(
            context, demo, GetComposition.Card.Verb, conclusion.PathOf(composition), conclusion.Headers, null);
        walk = walk.With(whole, again: false);
        var shown = whole.Json?["data"] ?? whole.Json;
        return (string?)shown?["status"] is { } status
            ? walk with { Composition = composition, CompositionState = status, Content = Samples.Json(shown!), Next = Next + 1 }
            : walk with { Stopped = Next };
    }

    /// <param name="again">Takes the place of what was sent before for the same step.</param>
    private Walk With(Exchange exchange, bool again) => this with
    {
        Stopped = null,
        Exchanges = Exchanges.SetItem(Next, again ? [exchange] : Exchanges[Next].Add(exchange)),
    };

    private string PathOf(MethodCard card) => card.Path.Replace("{compositionId}", Composition, StringComparison.Ordinal);

    private string? IdOf(JsonNode? data) => Composition
        ?? ((string?)data?["links"]?.AsArray().FirstOrDefault()?["href"])?.Split('/') switch
        {
            [_, var id] => id,
            _ => null,
        };

    private static string Order(ReadOnlySpan<byte> container) => $$"""{"data":"{{Convert.ToBase64String(container)}}"}""";
}

/// <summary>The walks of the browsers of this process, by the token of their forms.</summary>
public sealed class Walks
{
    /// <summary>Then all begin anew: it is a sandbox.</summary>
    private const int Max = 1000;

    private readonly ConcurrentDictionary<string, Walk> _walks = new();

    internal Walk Of(string token) => _walks.GetValueOrDefault(token) ?? new();

    internal void Keep(string token, Walk walk)
    {
        if (_walks.Count >= Max)
            _walks.Clear();
        _walks[token] = walk;
    }
}
