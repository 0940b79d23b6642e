namespace Esoz.OperatorConsole;

/// <summary>The methods of the API: their titles and rules.</summary>
public sealed record MethodBook(IReadOnlyList<MethodCard> Cards)
{
    /// <summary>Title of a method, or the name of a page.</summary>
    public string TitleOf(string id) => Cards.FirstOrDefault(card => card.Id == id)?.Title ?? id;
}
