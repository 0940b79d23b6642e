namespace Esoz.LegalEntities;

/// <summary>
/// SQL of the record of a legal entity in the state register (ЄДР), as returned with the legal entity (employee-roles §6.1). It is never
/// null: what is not stored is a null member. Codes of КВЕД that are stored as bare strings get their name from the dictionary KVEDS.
/// </summary>
internal static class LegalEntityEdr
{
    private static readonly string[] Texts = ["id", "name", "short_name", "public_name", "legal_form", "edrpou"];

    private static readonly string[] Parts =
        ["atu", "atu_code", "street", "house_type", "house", "building_type", "building", "num_type", "num"];

    private static readonly string Kveds = $$"""
        (SELECT coalesce(json_agg(CASE jsonb_typeof(kved)
                   WHEN 'object' THEN json_build_object({{StoredJson.Members("kved", "name", "code", "is_primary")}})
                   ELSE json_build_object('name', coalesce((SELECT known.description
                                                              FROM dictionary_values known
                                                              JOIN dictionaries kveds ON kveds.id = known.dictionary_id
                                                             WHERE kveds.name = 'KVEDS' AND known.code = kved #>> '{}'), kved #>> '{}'),
                                          'code', kved #>> '{}', 'is_primary', false) END ORDER BY place), '[]')
           FROM jsonb_array_elements(CASE jsonb_typeof(edr -> 'kveds') WHEN 'array' THEN edr -> 'kveds' ELSE '[]' END)
                WITH ORDINALITY AS listed (kved, place))
        """;

    /// <summary>The JSON object; <c>legal_entity</c> is the table in the statement.</summary>
    public static readonly string Sql = $"""
        (SELECT json_build_object({string.Join(", ", Texts.Select(text => $"'{text}', edr ->> '{text}'"))},
                  'kveds', CASE jsonb_typeof(edr -> 'kveds') WHEN 'array' THEN {Kveds} END,
                  'registration_address', json_build_object({StoredJson.Members("address", "zip", "country", "address")},
                    'parts', {StoredJson.Object("address -> 'parts'", Parts)}),
                  'state', CASE WHEN edr ->> 'state' ~ '^-?[0-9]{"{1,9}"}$' THEN (edr ->> 'state')::integer END)
           FROM (SELECT legal_entity.edr, legal_entity.edr -> 'registration_address' AS address) stored)
        """;
}
