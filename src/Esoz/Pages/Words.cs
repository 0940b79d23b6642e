namespace Esoz.Pages;

/// <summary>One text in both languages.</summary>
public sealed record Words(string Ukrainian, string English)
{
    public string Of(Language language) => language.Text(Ukrainian, English);
}
