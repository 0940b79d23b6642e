using System.Text.Json;
using Esoz.Platform.Json;

namespace Esoz.Compositions;

/// <summary>
/// Where two JSON values differ (compositions §14): the order of members and white space are ignored, a null member equals a missing one,
/// strings are compared exactly, numbers by value, arrays item by item. Only paths are returned, never values, so the result may be logged.
/// </summary>
public static class JsonDifference
{
    /// <summary>Maximum number of returned paths.</summary>
    public const int MaxPaths = 100;

    private const int MaxPathLength = 500;

    /// <summary>
    /// JSON paths such as <c>$.a.b[0]</c>, in the order of the expected value; at most <see cref="MaxPaths"/>; empty when both are equal.
    /// </summary>
    public static IReadOnlyList<string> Between(JsonElement signed, JsonElement expected)
    {
        var paths = new List<string>();
        Compare(signed, expected, "$", paths);
        return paths;
    }

    private static void Compare(JsonElement signed, JsonElement expected, string path, List<string> paths)
    {
        if (paths.Count == MaxPaths)
            return;
        if (signed.ValueKind == JsonValueKind.Object && expected.ValueKind == JsonValueKind.Object)
            CompareMembers(signed, expected, path, paths);
        else if (signed.ValueKind == JsonValueKind.Array && expected.ValueKind == JsonValueKind.Array)
            CompareItems(signed, expected, path, paths);
        else if (!JsonValueComparer.Instance.Equals(signed, expected))
            paths.Add(Abbreviated(path));
    }

    /// <summary>Member names come from the signer: they may be very long or contain terminal control characters.</summary>
    private static string Abbreviated(string path)
    {
        var shown = path.Length <= MaxPathLength ? path
            : path[..(char.IsHighSurrogate(path[MaxPathLength - 1]) ? MaxPathLength - 1 : MaxPathLength)] + "…";
        return string.Create(shown.Length, shown, static (safe, text) =>
        {
            for (var i = 0; i < safe.Length; i++)
                safe[i] = char.IsControl(text[i]) ? '\uFFFD' : text[i];
        });
    }

    private static void CompareMembers(JsonElement signed, JsonElement expected, string path, List<string> paths)
    {
        foreach (var member in expected.EnumerateObject())
            Compare(signed.TryGetProperty(member.Name, out var other) ? other : Null, member.Value, $"{path}.{member.Name}", paths);
        foreach (var member in signed.EnumerateObject())
        {
            if (paths.Count == MaxPaths)
                return;
            if (member.Value.ValueKind != JsonValueKind.Null && !expected.TryGetProperty(member.Name, out _))
                Compare(member.Value, Null, $"{path}.{member.Name}", paths);
        }
    }

    private static void CompareItems(JsonElement signed, JsonElement expected, string path, List<string> paths)
    {
        // A missing item is undefined, which does not equal any value, not even null.
        using var left = signed.EnumerateArray();
        using var right = expected.EnumerateArray();
        for (var i = 0; paths.Count < MaxPaths; i++)
        {
            var (isLeft, isRight) = (left.MoveNext(), right.MoveNext());
            if (!isLeft && !isRight)
                return;
            Compare(isLeft ? left.Current : default, isRight ? right.Current : default, $"{path}[{i}]", paths);
        }
    }

    private static JsonElement Null { get; } = JsonElement.Parse("null"u8);
}
