namespace Esoz.OperatorConsole;

/// <summary>Addresses of screens with what they show.</summary>
internal static class ScreenAddress
{
    /// <param name="query">Parameters; those without a value are left out.</param>
    public static string Of(string path, params IEnumerable<(string Name, string? Value)> query) =>
        path + QueryString.Create(query.Where(it => !string.IsNullOrEmpty(it.Value)).Select(it => KeyValuePair.Create(it.Name, it.Value)));

    /// <summary>The number of a page, from 1.</summary>
    public static int PageOf(string? text) => int.TryParse(text, out var number) && number is > 0 and < 100_000 ? number : 1;
}
