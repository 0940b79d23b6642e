using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Esoz.BulkExport.Snapshots;

/// <summary>
/// Declaration of one resource of the bulk export (pis-bulk §3, §4). Everything else (reading, windows, files, serving) is the same for all
/// resources.
/// </summary>
/// <param name="Name">Last part of its path and first part of its object keys, e.g. <c>employees</c>.</param>
/// <param name="ScheduleKey">Setting that holds its cron expression.</param>
public sealed record BulkResource(string Name, string ScheduleKey)
{
    /// <summary>Tables whose columns are declared; the rows of the first are the records.</summary>
    public required IReadOnlyList<string> Tables { get; init; }

    /// <summary>The FROM clause.</summary>
    public required string From { get; init; }

    /// <summary>
    /// SQL of the change instant (<c>timestamptz</c>) by which rows are ordered and assigned to windows of days (pis-bulk §3.4).
    /// </summary>
    public required string ChangedAt { get; init; }

    /// <summary>SQL that orders rows of one change instant.</summary>
    public string TieBreak { get; init; } = "id";

    /// <summary>
    /// SQL of the transactions that wrote the rows (<c>xid</c>): a row that was written since the former snapshot with an older change
    /// instant is in no window (<see cref="WindowStarts"/>).
    /// </summary>
    public IReadOnlyList<string> Writers { get; init; } = ["xmin"];

    /// <summary>Whether there are files of the last 1…N days in addition to the full one.</summary>
    public bool HasWindows { get; init; } = true;

    /// <summary>Members of a record, in the order in which they are written.</summary>
    public required IReadOnlyList<RecordMember> Members { get; init; }

    /// <summary>The member that identifies a record; no two records have the same value.</summary>
    public string Key { get; init; } = "id";

    /// <summary>Columns of <see cref="Tables"/> that are not published.</summary>
    public required IReadOnlyList<WithheldColumn> Withheld { get; init; }

    /// <summary>The <see cref="Members"/> that these settings publish.</summary>
    public IReadOnlyList<RecordMember> Published(BulkExportOptions options) =>
        [.. Members.Where(member => member.IsPublished?.Invoke(options) != false)];

    /// <summary>JSON Schema of a record; stored JSON is <c>{}</c>.</summary>
    public JsonObject RecordSchema => SchemaOf(Members, member => member.Name != Key);

    /// <summary>JSON Schema of a removal, see <see cref="RemovalMembers"/>.</summary>
    public static JsonObject RemovalSchema => SchemaOf(RemovalMembers, _ => false);

    private static JsonObject SchemaOf(IReadOnlyList<RecordMember> members, Func<RecordMember, bool> mayBeNull) => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray(
            [.. members.Where(member => member.IsPublished is null).Select(member => JsonValue.Create(member.Name))]),
        ["properties"] = new JsonObject(members.Select(
            member => KeyValuePair.Create(member.Name, (JsonNode?)member.Schema(mayBeNull(member))))),
    };

    /// <summary>Digest of the query: another one means that rows which did not change have other records.</summary>
    public string FormOf(IEnumerable<RecordMember> members) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(RowsSql(members))));

    /// <summary>The rows, newest change first: the change instant, the <see cref="Writers"/>, then the members.</summary>
    public string RowsSql(IEnumerable<RecordMember> members) => $"""
        SELECT {string.Join(", ", [ChangedAt, .. Writers, .. members.Select(member => member.Sql)])}
          FROM {From}
         ORDER BY 1 DESC, {TieBreak}
        """;

    /// <summary>
    /// Removals of records that are not there now, newest first: the instant, the transaction that wrote it, then
    /// <see cref="RemovalMembers"/>. A record that was removed more than once is there more than once. Only with <see cref="HasWindows"/>.
    /// </summary>
    public string RemovalsSql => $"""
        SELECT removed_at, xmin, id, removed_at
          FROM bulk_removals removal
         WHERE resource = '{Name}' AND NOT EXISTS (SELECT FROM {Tables[0]} kept WHERE kept.id = removal.id)
         ORDER BY 1 DESC, id
        """;

    /// <summary>Members of the record that says that a record was removed.</summary>
    public static IReadOnlyList<RecordMember> RemovalMembers { get; } = [new("id", MemberType.Uuid), new("removed_at", MemberType.Instant)];
}

/// <summary>One member of a record. A null is written as <c>null</c>.</summary>
/// <param name="Expression">SQL of the value; null = the column of this name.</param>
public sealed record RecordMember(string Name, MemberType Type, string? Expression = null)
{
    /// <summary>Columns that the value is derived from: <c>column</c> of the first table, or <c>table.column</c>.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [Name];

    /// <summary>Condition under which records have the member at all; null = always.</summary>
    public Func<BulkExportOptions, bool>? IsPublished { get; init; }

    public string Sql => Expression ?? Name;

    internal JsonObject Schema(bool mayBeNull)
    {
        var (type, format) = Type switch
        {
            MemberType.Uuid => ("string", "uuid"),
            MemberType.Text => ("string", null),
            MemberType.Number => ("integer", null),
            MemberType.Flag => ("boolean", null),
            MemberType.Day or MemberType.Instant => ("string", "date-time"),
            MemberType.Json => ((string?)null, (string?)null),
        };
        var schema = new JsonObject();
        if (type is not null)
            schema["type"] = mayBeNull ? new JsonArray(type, "null") : type;
        if (format is not null)
            schema["format"] = format;
        return schema;
    }
}

/// <summary>One column that is not published, and why.</summary>
/// <param name="Column"><c>column</c> of the first table, or <c>table.column</c>.</param>
public sealed record WithheldColumn(string Column, string Because)
{
    /// <summary>The author columns of the first table, which no documented record has.</summary>
    public static IReadOnlyList<WithheldColumn> Authors { get; } =
    [
        new("inserted_by", "authors are not published; the record of the page has none"),
        new("updated_by", "as inserted_by"),
    ];
}

/// <summary>How a value is sent by PostgreSQL and written into a record.</summary>
public enum MemberType
{
    /// <summary>uuid → string in lower case.</summary>
    Uuid,
    /// <summary>varchar or text → string.</summary>
    Text,
    /// <summary>integer or bigint → number.</summary>
    Number,
    /// <summary>boolean → true or false.</summary>
    Flag,
    /// <summary>date → date-time of its midnight in UTC.</summary>
    Day,
    /// <summary>timestamptz → date-time truncated to milliseconds.</summary>
    Instant,
    /// <summary>json or jsonb → as stored; line breaks between its tokens become spaces.</summary>
    Json,
}
