namespace Esoz.Compositions;

/// <summary>API-006-001-001-0215 searchCompositions (compositions §8).</summary>
public static class SearchCompositions
{
    private static readonly Validation QueryIsValid = new("1", "exactly one of subject and focus is given, and every value has its form",
        new Refusal(RefusalKind.Malformed));

    private const int DefaultLimit = 20;

    public static readonly MethodCard Card = new("API-006-001-001-0215", "searchCompositions",
        "GET", "/api/patients/searchComposition", Family.Mc, "composition:search")
    {
        Purpose = "Finds the compositions of a patient that the caller may read, the newest first",
        Handle = Handle,
        HasPersonalData = true,
        PersonParameters = ["subject", "focus"],
        Query =
        [
            new("subject", QueryType.Uuid, "Patient whom the composition is about; this or focus."),
            new("focus", QueryType.Uuid, "Patient to whom the composition is given; this or subject."),
            new("type", QueryType.OneOf(CompositionType.All), "Compositions of this type."),
            new("episodeOfCare", QueryType.Uuid, "Compositions of this episode."),
            new("encounter", QueryType.Uuid, "Compositions of this encounter."),
            new("status", QueryType.OneOf(CompositionStatus.OnInput), "Compositions in this status."),
            new("offset", QueryType.Integer(0, int.MaxValue), "How many to pass over.") { Default = 0 },
            new("limit", QueryType.Integer(1), "Maximum number of entries, up to COMPOSITION_SEARCH_MAX_LIMIT.") { Default = DefaultLimit },
        ],
        Validations = [QueryIsValid],
        Answer = typeof(IReadOnlyList<CompositionSearchRow>),
    };

    public static async Task<Reply> Handle(
        Caller caller, QueryReader query, PostgresDatabase database, CompositionOptions options, CancellationToken ct)
    {
        var (subject, focus) = (query.Read<Guid?>("subject"), query.Read<Guid?>("focus"));
        var (type, status) = (query.Read<string?>("type"), CompositionStatus.Of(query.Read<string?>("status")));
        var (episode, encounter) = (query.Read<Guid?>("episodeOfCare"), query.Read<Guid?>("encounter"));
        var (offset, limit) = (query.Read<int>("offset"), query.Read<int>("limit", QueryType.Integer(1, options.SearchMaxLimit)));

        if (query.Refusal is not null || (subject is null) == (focus is null))
            return QueryIsValid;

        return options.Read(await database.Command(Sql(subject is not null), subject ?? focus, caller.ClientId, type, episode, encounter,
            status, offset, Math.Min(limit, options.SearchMaxLimit))
            .ReadAll(row => CompositionSearchRow.Of(CompositionRow.Read(row, 1), CompositionRow.Episode(row.GetGuid(0))), ct));
    }

    private static string Sql(bool bySubject) => bySubject ? BySubject : ByFocus;

    private static readonly string BySubject = Of("composition.subject_id");
    private static readonly string ByFocus = Of("composition.focus_id");

    private static string Of(string patient) => $"""
        SELECT composition.episode_id, {CompositionRow.Columns}
          {CompositionReaders.From}
         WHERE {patient} = $1
           AND {CompositionReaders.MayRead("$2")}
           AND ($3::text IS NULL OR composition.type = $3)
           AND ($4::uuid IS NULL OR composition.episode_id = $4)
           AND ($5::uuid IS NULL OR composition.encounter_id = $5)
           AND ($6::text IS NULL OR composition.status = $6)
         ORDER BY composition.date DESC, composition.id
        OFFSET $7 LIMIT $8
        """;
}
