namespace Esoz.Compositions;

/// <summary>
/// Who may read a composition: its custodian, the legal entity of its encounter, and the legal entity that manages its episode
/// (compositions §7, check 2). SQL for the methods that return compositions.
/// </summary>
internal static class CompositionReaders
{
    public const string From = """
        FROM compositions composition
          JOIN encounters encounter ON encounter.id = composition.encounter_id
          JOIN episodes episode ON episode.id = composition.episode_id
        """;

    /// <param name="client">SQL of the client's id.</param>
    public static string MayRead(string client) =>
        $"{client} IN (composition.custodian_id, encounter.legal_entity_id, episode.managing_legal_entity_id)";
}
