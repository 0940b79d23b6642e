namespace Esoz.Bench;

/// <summary>Ids that SQL, Lua and pgbench can all generate: a kind as prefix, a number as suffix.</summary>
public static class Rows
{
    public const string MspCategory = """'{"coding":[{"system":"HEALTHCARE_SERVICE_CATEGORIES","code":"MSP"}]}'""";

    public static string Prefix(int kind) => $"0000000{kind}-0000-4000-8000-";

    /// <summary>SQL of the id with this number.</summary>
    public static string Id(int kind, string number) => $"('{Prefix(kind)}' || lpad(to_hex(({number})::bigint), 12, '0'))::uuid";
}
