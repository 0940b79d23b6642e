namespace Esoz.Platform.Jobs;

/// <summary>
/// Statuses of a client's job (data-model §6.3). Lifecycle: PENDING → DONE or FAILED; FAILED → PENDING (tried again by hand).
/// </summary>
public static class JobStatus
{
    public const string Pending = "PENDING";
    public const string Done = "DONE";
    public const string Failed = "FAILED";

    public static IReadOnlyList<string> All { get; } = [Pending, Done, Failed];
}
