-- A client asks for its job by id (Platform/Jobs). Through the primary key the job of another client would be fetched and then rejected,
-- and the time that takes would show that it exists. This index is searched among the client's own jobs only, where a job of another client
-- and one that does not exist are equally absent. The id is indexed as bytes, so that a query that compares it as bytes cannot use the
-- primary key.
create unique index async_jobs_client_id_id_index on async_jobs (client_id, uuid_send(id));
