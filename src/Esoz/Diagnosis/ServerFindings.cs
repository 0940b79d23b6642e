using Esoz.Platform.Health;
using Esoz.Platform.Signatures;

namespace Esoz.Diagnosis;

/// <summary>
/// What of <c>doctor</c> a running server finds out quickly, with the connections and trust anchors that it has: for the console. The mail
/// server is left out, and what production refuses, which was checked at the start.
/// </summary>
public static class ServerFindings
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <param name="services">Those of the server.</param>
    public static async Task<IReadOnlyList<Finding>> Of(IServiceProvider services, CancellationToken ct)
    {
        var (settings, clock) = (services.GetRequiredService<Settings>(), services.GetRequiredService<TimeProvider>());
        var (database, trust) = (services.GetRequiredService<PostgresDatabase>(), services.GetRequiredService<TrustDirectory>());
        var found = await Task.WhenAll(Store(settings, clock, ct), DatabaseFindings.Of(settings, database, clock, ct));
        return
        [
            .. DirectoryFindings.Of("data directory", settings.DataDirectory),
            .. SignatureFindings.Of(settings, () => trust),
            .. found.SelectMany(findings => findings),
        ];
    }

    private static async Task<IReadOnlyList<Finding>> Store(Settings settings, TimeProvider clock, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            return await StorageFindings.Of(settings, clock, limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return [Finding.Broken("object store", $"no answer within {Patience.TotalSeconds:F0} s", "check that it runs and that this machine reaches it")];
        }
    }
}
