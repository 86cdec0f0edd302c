"""The items of each table, as PynamoDB models.

Keys: `owner` begins with the user's id wherever an item has an owner; `item` tells what it is.

users       U#<user>            PROFILE | COUNTERS
            U#<user>            OPENAI_KEY        as KMS encrypted it, if it is not elsewhere
            N#<username>        NAME              -> user
sessions    U#<user>            S#<token hash>
assistants  U#<user>            A#<assistant>
            U#<user>            P#asst_...        -> assistant
threads     U#<user>            T#<thread>
            U#<user>            P#thread_...      -> thread
messages    U#<user>#T#<thread> M#<message>
runs        U#<user>            R#run_...
            U#<user>            OPEN              the runs that are not over
uploads     U#<user>            UP#upload_...
            U#<user>#UP#upload_...  N#<number>    a file of it
            U#<user>            D#<path>          what is staged
files       U#<user>            LIBRARY           what they come to
            U#<user>            F#file-...
            U#<user>            H#<SHA-256 of the content>#<SHA-256 of the path>  -> file
            U#<user>            O#<OpenAI's id>   -> file
            U#<user>            A#<assistant>#C   how many files it uses
            U#<user>            A#<assistant>#F#file-...  that it uses one
            U#<user>            A#<assistant>#P#upload_...#<number>  that one is on its way
            U#<user>            A#<assistant>#S   its vector store
deletions   U#<user>            USER | T#<thread> | F#file-...
idempotency U#<user>            K#<hash of the key>  what a repeated request has made
configuration  CONFIGURATION    ASSISTANT_LIMIT
limits      user#<user>         <action>#<number of the longest window>
            address#<hmac>      <action>#<number of the longest window>
            username#<hmac>     LOGIN             wrong passwords since the last right one

Numbers in keys have 16 digits, so that they sort. Every item carries the version `v` of its shape.
"""
