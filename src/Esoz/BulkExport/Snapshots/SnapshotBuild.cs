namespace Esoz.Pis;

/// <summary>What the database remembers of a build.</summary>
/// <param name="State">BUILDING, READY, RETIRED or FAILED.</param>
/// <param name="Rows">Of the full set; null before it is READY, as <paramref name="Bytes"/>.</param>
/// <param name="Bytes">Of the full set, as stored.</param>
/// <param name="Error">Why it failed.</param>
public sealed record BuildRecord(BulkGeneration Generation, string State, long? Rows, long? Bytes, DateTime StartedAt, DateTime? FinishedAt, string? Error)
{
    public TimeSpan? Took => FinishedAt - StartedAt;
}
