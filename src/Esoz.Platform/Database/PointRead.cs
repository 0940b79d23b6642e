using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>
/// A statement that reads at most one row by a key, for <see cref="PostgresDatabase.Find"/>, which asks for several keys together when they
/// are wanted at the same time.
/// </summary>
/// <param name="sql">Without a lock. It is the same statement for every key, so it finds its row through an index.</param>
/// <param name="values">Values of its parameters <c>$1…</c>; none is null, and their types do not depend on the key.</param>
/// <param name="read">Reads the row; it must not keep the reader.</param>
public sealed partial class PointRead<TKey, T>(string sql, Func<TKey, object[]> values, Func<NpgsqlDataReader, T> read)
{
    /// <summary>The statement for one key.</summary>
    public string Sql => sql;

    /// <summary>
    /// The statement for many keys: its parameters are arrays, and a last column is the number of the key, from 1. OFFSET keeps the planner
    /// from joining the keys with the table: each key is looked up as if it were alone. The arrays are hidden in subqueries, because a plan
    /// that depends on their lengths would be made anew each time.
    /// </summary>
    public string Together { get; } = TogetherSql(sql);

    public T Read(NpgsqlDataReader row) => read(row);

    public NpgsqlCommand Command(PostgresDatabase database, TKey key) => database.Command(sql, values(key));

    public NpgsqlCommand Command(PostgresDatabase database, IReadOnlyList<TKey> keys)
    {
        var columns = Array.ConvertAll(values(keys[0]), value => (object?)Array.CreateInstance(value.GetType(), keys.Count));
        for (var key = 0; key < keys.Count; key++)
        {
            var its = values(keys[key]);
            for (var column = 0; column < columns.Length; column++)
                ((Array)columns[column]!).SetValue(its[column], key);
        }
        return database.Command(Together, columns);
    }

    private static string TogetherSql(string sql)
    {
        var count = Parameter().Matches(sql).Max(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
        List<int> numbers = [.. Enumerable.Range(1, count)];
        return $"""
            SELECT found.*, asked.number
              FROM unnest({string.Join(", ", numbers.Select(number => $"(SELECT ${number})"))}) WITH ORDINALITY
                   AS asked ({string.Join(", ", numbers.Select(number => $"key_{number}"))}, number)
             CROSS JOIN LATERAL (
            {Parameter().Replace(sql, "asked.key_$1")} OFFSET 0
             ) found
            """;
    }

    [GeneratedRegex(@"\$(\d+)")]
    private static partial Regex Parameter();
}
