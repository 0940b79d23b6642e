using System.Text.Json;
using System.Text.Json.Serialization;
using Esoz.Platform.Database;

namespace Esoz.Platform.Jobs;

/// <summary>
/// One row that a task writes, or requires, when it ends. Its properties map to columns in snake_case, and its values are converted to the
/// column types that the table declares. Tasks of a batch that write the same columns of the same tables share one statement.
/// </summary>
public sealed class RowWrite
{
    private readonly (string Table, Type? Expected, Type? Values) _shape;

    private RowWrite(string table, Type? expected, Type? values, string json) => (_shape, Json) = ((table, expected, values), json);

    /// <summary>Equal for writes that share a statement.</summary>
    internal static IEqualityComparer<IReadOnlyList<RowWrite>> SameStatement { get; } = EqualityComparer<IReadOnlyList<RowWrite>>.Create(
        (one, other) => one!.Select(write => write._shape).SequenceEqual(other!.Select(write => write._shape)),
        writes => writes.Count == 0 ? 0 : writes[0]._shape.GetHashCode());

    /// <summary>Value for a property: the timestamp of the transaction, the same at which the job and the task end.</summary>
    public static TransactionInstant Now => default;

    /// <summary>The values as JSON, as the statement reads them.</summary>
    internal string Json { get; }

    public static RowWrite Insert<T>(string table, T row) => new(table, null, typeof(T), RecordJson.Of(row));

    /// <summary>Changes the row with this <c>id</c>, provided that its columns still have the expected values.</summary>
    public static RowWrite Update<TExpected, TValues>(string table, Guid id, TExpected expected, TValues values) =>
        new(table, typeof(TExpected), typeof(TValues), RecordJson.Of(new { Id = id, Expected = expected, Values = values }));

    /// <summary>Writes nothing, but the row with this <c>id</c> must still have these values when the task ends.</summary>
    public static RowWrite Require<T>(string table, Guid id, T expected) =>
        new(table, typeof(T), null, RecordJson.Of(new { Id = id, Expected = expected }));

    /// <summary>One statement that returns a row for each row that it writes, or finds as required.</summary>
    /// <param name="number">Index of the write among those of its task.</param>
    /// <param name="source">Relation with one row per task, whose column <c>writes</c> is the array of <see cref="Json"/> values of its
    /// writes.</param>
    internal string Statement(int number, string source)
    {
        var (table, expected, values) = _shape;
        if (expected is null)
        {
            var inserted = ColumnsOf(values!);
            return $"""
                INSERT INTO {table} ({string.Join(", ", inserted.Select(column => column.Name))})
                SELECT {string.Join(", ", inserted.Select(column => column.Value))}
                  FROM {source}, jsonb_populate_record(NULL::{table}, {source}.writes -> {number}) AS given
                RETURNING true
                """;
        }
        // The row is found by its id. The other conditions cannot make the planner use another index (docs/adr/0014-tasks-in-batches.md).
        var holds = string.Join(" AND ", ColumnsOf(expected)
            .Select(column => $"held.{column.Name} IS NOT DISTINCT FROM expected.{column.Name}")
            .Prepend($"held.id = ({source}.writes -> {number} ->> 'id')::uuid"));
        if (values is null)
        {
            return $"""
                SELECT true
                  FROM {source}, {table} AS held,
                       jsonb_populate_record(NULL::{table}, {source}.writes -> {number} -> 'expected') AS expected
                 WHERE {holds}
                """;
        }
        return $"""
            UPDATE {table} AS held
               SET {string.Join(", ", ColumnsOf(values).Select(column => $"{column.Name} = {column.Value}"))}
              FROM {source},
                   jsonb_populate_record(NULL::{table}, {source}.writes -> {number} -> 'values') AS given,
                   jsonb_populate_record(NULL::{table}, {source}.writes -> {number} -> 'expected') AS expected
             WHERE {holds}
            RETURNING true
            """;
    }

    private static IReadOnlyList<(string Name, string Value)> ColumnsOf(Type row) =>
    [
        .. from member in row.GetProperties()
           let name = RowMembers.ColumnOf(member)
           select (name, member.PropertyType == typeof(TransactionInstant) ? "now()" : $"given.{name}"),
    ];

    /// <summary>The type of <see cref="Now"/>; it has no value.</summary>
    [JsonConverter(typeof(NothingConverter))]
    public readonly record struct TransactionInstant;

    private sealed class NothingConverter : JsonConverter<TransactionInstant>
    {
        public override TransactionInstant Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, TransactionInstant value, JsonSerializerOptions options) =>
            writer.WriteNullValue();
    }
}
