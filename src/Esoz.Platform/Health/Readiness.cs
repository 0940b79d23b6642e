namespace Esoz.Platform.Health;

/// <summary>A dependency of this process.</summary>
/// <param name="Name">Name in the probe's answer.</param>
/// <param name="Check">Returns null when it works, otherwise a short reason without sensitive details, because the probe has no
/// credentials.</param>
public sealed record Dependency(string Name, Func<CancellationToken, Task<string?>> Check)
{
    /// <summary>Whether this process can answer no request without it; otherwise it goes on, degraded.</summary>
    public bool IsRequired { get; init; } = true;
}

/// <summary>
/// Whether this process can answer requests now: every required dependency responds within a second, and the process is not draining.
/// </summary>
/// <param name="isReadOnly">The process takes no changes (<c>ESOZ_READ_ONLY</c>).</param>
public sealed class Readiness(
    IEnumerable<Dependency> dependencies, Draining draining, bool isReadOnly, TimeProvider clock, ILogger<Readiness> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public bool IsReadOnly => isReadOnly;

    /// <summary>One line per fault; empty when the process is ready.</summary>
    public async Task<IReadOnlyList<string>> Faults(CancellationToken ct)
    {
        if (draining.HasBegun)
            return ["draining"];
        return await FaultsOf(dependencies.Where(dependency => dependency.IsRequired), ct);
    }

    /// <summary>One line per fault that does not keep the process from answering; what needs it is refused with 503.</summary>
    public Task<IReadOnlyList<string>> Degradations(CancellationToken ct) =>
        FaultsOf(dependencies.Where(dependency => !dependency.IsRequired), ct);

    /// <summary>What is wrong with each dependency; null = nothing.</summary>
    internal async Task<IReadOnlyList<(Dependency Of, string? Fault)>> States(CancellationToken ct)
    {
        var faults = await Task.WhenAll(dependencies.Select(dependency => Fault(dependency, ct)));
        return [.. dependencies.Zip(faults)];
    }

    /// <summary>Whether the process does not take new requests any more.</summary>
    internal bool IsDraining => draining.HasBegun;

    private async Task<IReadOnlyList<string>> FaultsOf(IEnumerable<Dependency> some, CancellationToken ct)
    {
        var faults = await Task.WhenAll(some.Select(dependency => Fault(dependency, ct)));
        return [.. faults.OfType<string>()];
    }

    private async Task<string?> Fault(Dependency dependency, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            // A check that ignores its token must not block the probe either.
            return await dependency.Check(either.Token).WaitAsync(either.Token) is { } fault ? $"{dependency.Name}: {fault}" : null;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return $"{dependency.Name}: no answer within a second";
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            log.LogWarning(fault, "Not ready: the check of {Dependency} failed", dependency.Name);
            return $"{dependency.Name}: does not answer";
        }
    }
}
