namespace Esoz.Compositions;

/// <summary>
/// Who may read a composition: its custodian, the legal entity of its encounter, and the legal entity that manages its episode
/// (compositions §7, check 2). SQL for the methods that return compositions.
/// </summary>
internal static class CompositionReaders
{
    public static readonly string From = FromAs("composition");

    /// <param name="composition">Alias of the composition.</param>
    public static string FromAs(string composition) => $"""
        FROM compositions {composition}
          JOIN encounters encounter ON encounter.id = {composition}.encounter_id
          JOIN episodes episode ON episode.id = {composition}.episode_id
        """;

    /// <param name="client">SQL of the client's id.</param>
    /// <param name="composition">Alias of the composition.</param>
    public static string MayRead(string client, string composition = "composition") =>
        $"{client} IN ({composition}.custodian_id, encounter.legal_entity_id, episode.managing_legal_entity_id)";
}
