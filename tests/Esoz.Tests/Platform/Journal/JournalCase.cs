using Esoz.Platform.Journal;

namespace Esoz.Tests.Platform.Journal;

/// <summary>What the access journal has of the requests of a test.</summary>
internal static class JournalCase
{
    public static JournalReader Journal(this Registry registry) => new(registry.Database);

    public static JournalPartitions Partitions(this Registry registry) => new(registry.Database);

    /// <summary>The X-Request-ID of an answer.</summary>
    public static string RequestId(this Answer answer) => answer.Headers.GetValues("X-Request-ID").Single();

    public static async Task<List<JournalEntry>> Entries(this Registry registry, JournalFilter filter)
    {
        var entries = new List<JournalEntry>();
        await foreach (var entry in registry.Journal().Read(filter, newestFirst: false, TestContext.Current.CancellationToken))
            entries.Add(entry);
        return entries;
    }

    /// <summary>The only row of a request; that of a refusal is written just after its answer.</summary>
    public static async Task<JournalEntry> Entry(this Registry registry, Answer answer)
    {
        var filter = new JournalFilter { RequestId = answer.RequestId() };
        await Eventually.Holds(async () => (await registry.Entries(filter)).Count > 0, () => $"No row of {answer.Text}");
        return Assert.Single(await registry.Entries(filter));
    }
}
