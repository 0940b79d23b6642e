using System.Buffers.Text;
using Esoz.Codes;
using Esoz.Platform.Jobs;

namespace Esoz.Compositions;

/// <summary>Synchronous part of signComposition and cancelComposition (compositions §5, §6): the same checks, then a job.</summary>
internal static class SignedOrders
{
    /// <summary>Largest body of either method, in bytes (platform §10).</summary>
    public const int BodyLimit = 10 * 1024 * 1024;

    /// <summary>Size in bytes from which a body waits for its turn and counts as one of the large ones of its client.</summary>
    private const int Large = 1024 * 1024;

    private static readonly SemaphoreSlim Turns = new(2);

    public static readonly Validation DataIsBase64 = new("2", "data is base64",
        CompositionErrors.Error(1900, "SIGNATURE_NOT_BASE64", "Not a base64 string"));

    public static readonly Validation CompositionIsOwn = new(
        "3", "compositionId is a uuid, the composition exists, its custodian is the client of the token",
        CompositionErrors.NotFound);

    /// <summary>Check of the task: what the order was accepted by stands.</summary>
    public static readonly Validation AccessStands = new("1",
        "neither the client nor the user of the order is blocked, and the client still has the scope", CompositionErrors.AccessDenied);

    public static readonly Validation FewAreWaiting = new(
        "4", "when the body has 1 MiB or more: fewer than JOB_MAX_PENDING_LARGE (20) other such orders of the client are PENDING",
        new Refusal(RefusalKind.TooManyRequests, "Too many large orders are pending"));

    /// <summary>Body of either method.</summary>
    public sealed record Request(string Data);

    /// <summary>
    /// Waits until at most one other large body is being processed. Each takes tens of milliseconds of CPU time and several times its
    /// length in memory; many at once would starve other requests. Typical orders have a few kilobytes and never wait.
    /// </summary>
    /// <returns>The turn, which ends when it is disposed.</returns>
    public static async ValueTask<Turn> TurnFor(Body body, CancellationToken ct)
    {
        if (body.Bytes.Length < Large)
            return default;
        await Turns.WaitAsync(ct);
        return new(IsTaken: true);
    }

    /// <summary>What must still be so when the order is carried out: the author is employed, user and client are not blocked.</summary>
    public static IEnumerable<RowWrite> Standing(SignedOrder order, Guid author, Guid client) =>
    [
        RowWrite.Require("employees", author, new { Status = EmployeeStatus.Approved, IsActive = true }),
        RowWrite.Require("users", order.UserId, new { IsBlocked = false }),
        RowWrite.Require("clients", client, new { IsBlocked = false }),
    ];

    /// <summary>Starts the job or returns the refusal.</summary>
    /// <param name="kind">Kind of the job and type of its task.</param>
    public static async Task<Reply> Schedule(
        string kind, Request request, Caller caller, PathId compositionId, Body body, HttpRequest http, PostgresDatabase database,
        AsyncJobs jobs, CancellationToken ct)
    {
        if (!Base64.IsValid(request.Data, out var length) || length == 0)
            return DataIsBase64;

        if (compositionId.Value is not { } id || await SubjectOf(id, caller.ClientId, database, ct) is not { } subject)
            return CompositionIsOwn;

        var payload = new SignedOrder(id, caller.UserId, request.Data).ToPayload();
        if (body.Bytes.Length < Large)
            return Reply.Data(await jobs.Start(kind, caller, http, body, subject, id, payload, ct));
        return await jobs.StartLarge(kind, caller, http, body, subject, id, payload, ct) is { } job ? Reply.Data(job)
            : FewAreWaiting.Refusal with { RetryAfter = jobs.RetryAfter };
    }

    private static Task<Guid?> SubjectOf(Guid id, Guid custodian, PostgresDatabase database, CancellationToken ct) => database.Command(
        "SELECT subject_id FROM compositions WHERE id = $1 AND custodian_id = $2", id, custodian).ReadValue<Guid?>(ct);

    /// <summary>A slot for processing a large body; empty when the body is not large.</summary>
    public readonly record struct Turn(bool IsTaken) : IDisposable
    {
        public void Dispose()
        {
            if (IsTaken)
                Turns.Release();
        }
    }
}
