using System.Buffers.Text;
using System.Text.Json;
using Esoz.Platform.Database;
using Esoz.Platform.Http;

namespace Esoz.Compositions;

/// <summary>
/// A signed order about a composition, to sign or to cancel it: what both methods check before they answer, and the payload of the task that
/// carries it out (compositions §5, §6).
/// </summary>
/// <param name="ClientId">Client of the caller: the custodian.</param>
/// <param name="Data">Base64 of the container.</param>
public sealed record SignedOrder(Guid CompositionId, Guid ClientId, Guid UserId, string Data)
{
    /// <summary>Largest body of either method, in bytes (platform §10).</summary>
    public const int BodyLimit = 10 * 1024 * 1024;

    internal static readonly Validation DataIsBase64 = new("2", "data is base64", CompositionErrors.SignatureNotBase64);

    internal static readonly Validation CompositionIsOwn = new("3", "compositionId is a uuid, the composition exists, its custodian is the client of the token",
        CompositionErrors.NotFound);

    /// <summary>Body of either method.</summary>
    internal sealed record Request(string Data);

    /// <summary>Starts the job, or says why not.</summary>
    /// <param name="kind">Kind of the job and type of its task.</param>
    internal static async Task<Reply> Schedule(
        string kind, Request request, Caller caller, PathId compositionId, Body body, HttpRequest http, PostgresDatabase database, AsyncJobs jobs, CancellationToken ct)
    {
        if (!Base64.IsValid(request.Data, out var length) || length == 0)
            return DataIsBase64;

        if (compositionId.Value is not { } id || await SubjectOf(id, caller.ClientId, database, ct) is not { } subject)
            return CompositionIsOwn;

        return Reply.Data(await jobs.Start(kind, caller, http, body, subject, id,
            JsonSerializer.Serialize(new SignedOrder(id, caller.ClientId, caller.UserId, request.Data), JsonSerializerOptions.Web), ct));
    }

    internal static SignedOrder Of(string payload) => JsonSerializer.Deserialize<SignedOrder>(payload, JsonSerializerOptions.Web)!;

    internal byte[] Container => Convert.FromBase64String(Data);

    private static async Task<Guid?> SubjectOf(Guid id, Guid custodian, PostgresDatabase database, CancellationToken ct)
    {
        await using var command = database.Command("SELECT subject_id FROM compositions WHERE id = $1 AND custodian_id = $2", id, custodian);
        return (Guid?)await command.ExecuteScalarAsync(ct);
    }
}
