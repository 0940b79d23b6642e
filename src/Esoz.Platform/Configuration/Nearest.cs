namespace Esoz.Platform.Configuration;

/// <summary>Finds the known name that is nearest to a mistyped one, by edit distance.</summary>
public static class Nearest
{
    public static string To(string name, IEnumerable<string> known) => known.MinBy(candidate => Distance(name, candidate)) ?? "";

    /// <summary>The nearest known name if it is so near that it is probably meant; otherwise null.</summary>
    public static string? Like(string name, IEnumerable<string> known) =>
        To(name, known) is { Length: > 0 } near && Distance(name, near) <= Math.Max(2, name.Length / 3) ? near : null;

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[^1];
    }
}
