using Esoz.Platform.Access;
using Esoz.Platform.Configuration;

namespace Esoz.Cli.Commands;

/// <summary>Scopes as they are typed: a list separated by spaces, in <c>--scope</c> or <c>--scopes</c>.</summary>
internal static class Scopes
{
    private const string Singular = "--scope";
    private const string Plural = "--scopes";

    /// <summary>The option under its name, and under the other one.</summary>
    public static Option<T> Option<T>(string name) => new(name, name == Singular ? Plural : Singular);

    /// <summary>The scopes of a list.</summary>
    public static string[] Of(string list) => list.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Checks that every scope is asked for by a method, or granted to a type of clients.</summary>
    /// <exception cref="UsageException">A scope is not known.</exception>
    public static async Task Check(Installation installation, CancellationToken ct, params IEnumerable<string?> lists)
    {
        List<string> asked = [.. lists.OfType<string>().SelectMany(Of)];
        if (asked.Count == 0)
            return;
        HashSet<string> known =
            [.. Methods.All.SelectMany(card => card.Scopes), .. await new AccessList(installation.Database).KnownScopes(ct)];
        var unknown = asked.Where(scope => !known.Contains(scope)).Distinct()
            .Select(scope => $"{scope} is not known; did you mean {Nearest.To(scope, known)}?").ToList();
        if (unknown.Count > 0)
            throw new UsageException(string.Join(Environment.NewLine, unknown));
    }
}
