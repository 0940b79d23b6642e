using Esoz.Platform.Telemetry;

namespace Esoz.Compositions;

/// <summary>API-006-001-001-0214 getComposition (compositions §7).</summary>
public static class GetComposition
{
    private static readonly Validation CompositionExists = new(
        "1", "the four ids are uuids, and one composition has this id, subject, episode and encounter",
        CompositionErrors.NotFound);

    private static readonly Validation CallerMayRead = new(
        "2", "client of the token is the custodian, the encounter's legal entity or the episode's",
        Refusal.Forbidden("Access denied") with { Code = new(403, "ACCESS_DENIED") });

    public static readonly MethodCard Card = new("API-006-001-001-0214", "getComposition",
        "GET", "/api/patients/{patientId}/composition/{compositionId}/episode/{episodeId}/encounter/{encounterId}", Family.Mc,
        "composition:read")
    {
        Purpose = "Returns a composition in any status",
        Handle = Handle,
        HasPersonalData = true,
        PersonParameters = ["patientId"],
        Validations = [CompositionExists, CallerMayRead],
        Answer = typeof(Composition),
    };

    public static async Task<Reply> Handle(
        Caller caller, PathId patientId, PathId compositionId, PathId episodeId, PathId encounterId, PostgresDatabase database,
        CompositionOptions options, CancellationToken ct)
    {
        await using var command = database.Command(Sql, compositionId.Value ?? Guid.Empty, patientId.Value ?? Guid.Empty, episodeId.Value
            ?? Guid.Empty,
            encounterId.Value ?? Guid.Empty, caller.ClientId);
        using var timing = RequestTimes.Statement();
        await using var row = await command.ExecuteReaderAsync(ct);

        if (!await row.ReadAsync(ct))
            return CompositionExists;

        if (!row.GetBoolean(0))
            return CallerMayRead;

        return options.Read(CompositionRow.Read(row, 1));
    }

    private static readonly string Sql = $"""
        SELECT {CompositionReaders.MayRead("$5")}, {CompositionRow.Columns}
          {CompositionReaders.From}
         WHERE composition.id = $1 AND composition.subject_id = $2 AND composition.episode_id = $3 AND composition.encounter_id = $4
        """;
}
