using Esoz.Pages;
using Esoz.Platform.RollUp;

namespace Esoz.OperatorConsole;

/// <summary>Rows of a heat map that are clients.</summary>
internal static class ClientRows
{
    /// <param name="clients">Those with the most first.</param>
    /// <param name="most">Clients that have rows of their own; the others share one.</param>
    /// <param name="values">Values of a row, from what it is made of.</param>
    public static IReadOnlyList<(string Name, IReadOnlyList<long> Values)> Of<T>(
        IEnumerable<(Guid Client, IEnumerable<T> Parts)> clients, int most, KnownNames names, Language language,
        Func<IEnumerable<T>, IReadOnlyList<long>> values)
    {
        List<(Guid Client, IEnumerable<T> Parts)> all = [.. clients];
        List<(Guid Client, IEnumerable<T> Parts)> own = [.. all.Where(it => it.Client != RequestKey.OtherClients).Take(most)];
        List<T> others = [.. all.Except(own).SelectMany(it => it.Parts)];
        return
        [
            .. own.Select(it => (NameOf(it.Client, names, language), values(it.Parts))),
            .. others.Count == 0 ? [] : new[] { (NameOf(RequestKey.OtherClients, names, language), values(others)) },
        ];
    }

    public static string NameOf(Guid client, KnownNames names, Language language) =>
        client == RequestKey.NoClient ? language.Text("невідомий", "unknown caller")
        : client == RequestKey.OtherClients ? language.Text("інші", "others")
        : names[client]!;
}
