using Bogus.Bson;

namespace Esoz.Sandbox.Generate;

/// <summary>Full name of a person; the three parts agree in gender.</summary>
internal readonly record struct FullName(string Last, string First, string Second);

/// <summary>
/// Ukrainian names: the lists of Bogus (locale uk), read once. Bogus itself takes microseconds to compose a name, which is too slow for
/// millions.
/// </summary>
internal static class UkrainianNames
{
    private static readonly (string[] Last, string[] First, string[] Second) Male = Lists("male");
    private static readonly (string[] Last, string[] First, string[] Second) Female = Lists("female");

    public static FullName Draw(bool female, ref Dice dice)
    {
        var (last, first, second) = female ? Female : Male;
        return new(dice.Pick(last), dice.Pick(first), dice.Pick(second));
    }

    private static (string[], string[], string[]) Lists(string gender) =>
        (List($"{gender}_last_name"), List($"{gender}_first_name"), List($"{gender}_middle_name"));

    private static string[] List(string name)
    {
        var values = (BArray)Bogus.Database.Get("name", name, "uk");
        return [.. Enumerable.Range(0, values.Count).Select(i => values[i].StringValue).Where(text => text.All(IsInName)).Distinct()];
    }

    /// <summary>Filters out stray entries and characters that JSON would have to escape.</summary>
    private static bool IsInName(char letter) => char.IsLetter(letter) || letter is '’' or '\'' or '-';
}
