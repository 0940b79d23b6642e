using System.Text.Json.Serialization;
using Esoz.Platform.Jobs;

namespace Esoz.Compositions;

/// <summary>
/// A job as shown to its client (compositions §2, §3); members are in the documented order. Lifecycle: PENDING → DONE or FAILED, once. A
/// finished job can be queried for JOB_TTL_DAYS.
/// </summary>
/// <param name="Eta">Expected end; for a finished job, the actual end.</param>
/// <param name="DoneAt">Absent while PENDING.</param>
public sealed record AsyncJob(
    DateTime Eta,
    Guid Id,
    IReadOnlyList<JobLink> Links,
    string Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTime? DoneAt) : IAccessedRecord
{
    IEnumerable<Guid> IAccessedRecord.ObjectIds => [Id];

    public static AsyncJob Pending(Guid id, DateTime eta) => new(eta, id, [new("eHealth/resources")], JobStatus.Pending, null);

    public static AsyncJob Done(Guid id, DateTime at, Guid composition) =>
        new(at, id, [new("eHealth/composition", Href: $"composition/{composition}")], JobStatus.Done, at);

    public static AsyncJob Failed(Guid id, DateTime at, JobError error) =>
        new(at, id, [new("eHealth/composition", Error: $"{error.Code}: {error.Message}")], JobStatus.Failed, at);
}

/// <param name="Href">Result of the job; only DONE.</param>
/// <param name="Error"><c>&lt;code&gt;: &lt;message&gt;</c>; only FAILED.</param>
public sealed record JobLink(
    string Entity,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Href = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error = null);
