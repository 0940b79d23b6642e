using Esoz.Pages;

namespace Esoz.Portal;

/// <summary>One text in both languages.</summary>
public sealed record Words(string Ukrainian, string English)
{
    public string In(Language language) => language.Text(Ukrainian, English);
}
