namespace Esoz.Platform.Health;

/// <summary>Something that must work before this process can answer requests.</summary>
/// <param name="Name">What the probe calls it.</param>
/// <param name="Check">Null when it works, else what is wrong in a few words that give away nothing: the probe has no credentials.</param>
public sealed record Dependency(string Name, Func<CancellationToken, Task<string?>> Check);

/// <summary>Whether this process can answer requests now: every dependency works, each within a second, and it does not drain.</summary>
public sealed class Readiness(IEnumerable<Dependency> dependencies, Draining draining, ILogger<Readiness> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>One line for each thing that is wrong; empty when the process is ready.</summary>
    public async Task<IReadOnlyList<string>> Faults(CancellationToken ct)
    {
        if (draining.HasBegun)
            return ["draining"];
        var faults = await Task.WhenAll(dependencies.Select(dependency => Fault(dependency, ct)));
        return [.. faults.OfType<string>()];
    }

    private async Task<string?> Fault(Dependency dependency, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            // A check that does not listen to its token must not hold up the probe either.
            return await dependency.Check(patience.Token).WaitAsync(patience.Token) is { } fault ? $"{dependency.Name}: {fault}" : null;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return $"{dependency.Name}: no answer within a second";
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            log.LogWarning(fault, "{Dependency} does not work", dependency.Name);
            return $"{dependency.Name}: does not answer";
        }
    }
}
