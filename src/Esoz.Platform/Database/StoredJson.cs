namespace Esoz.Platform.Database;

/// <summary>SQL of stored structures (<c>json</c>, <c>jsonb</c>) in the form that answers show.</summary>
public static class StoredJson
{
    /// <summary>An object with exactly these members in this order, a missing one as null; null when the value is not an object.</summary>
    /// <param name="value">SQL of a <c>jsonb</c> value.</param>
    public static string Object(string value, params IEnumerable<string> members) =>
        $"CASE jsonb_typeof({value}) WHEN 'object' THEN json_build_object({Members(value, members)}) END";

    /// <summary>
    /// A list of objects whose optional members are left out when they have no value (platform §4): the clients refuse a null there.
    /// </summary>
    /// <param name="value">SQL of a <c>jsonb</c> value.</param>
    public static string WithoutNulls(string value) => $"jsonb_strip_nulls({value})";

    /// <summary>The arguments of <c>json_build_object</c> that take members over from an object.</summary>
    public static string Members(string value, params IEnumerable<string> members) =>
        string.Join(", ", members.Select(member => $"'{member}', {value} -> '{member}'"));
}
