namespace Esoz.OperatorConsole;

/// <summary>The methods of the API: their titles and rules.</summary>
public sealed record MethodBook(IReadOnlyList<MethodCard> Cards)
{
    /// <summary>Ids of the methods of the bulk export, whose answers are long downloads.</summary>
    public IReadOnlyList<string> Downloads { get; } = [.. Cards.Where(card => card.Family == Family.PisBulk).Select(card => card.Id)];

    /// <summary>Title of a method, or the name of a page.</summary>
    public string TitleOf(string id) => Cards.FirstOrDefault(card => card.Id == id)?.Title ?? id;
}
